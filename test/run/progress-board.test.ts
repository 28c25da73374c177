import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Progress} from '../../src/run/progress.js'
import {ProgressBoard} from '../../src/run/progress-board.js'
import type {RunEvent} from '../../src/run/record.js'
import {recordingFault} from '../fakes/run-fault.js'
import {fakeParts, plannedFault} from '../fakes/run-parts.js'

let board: ProgressBoard
let seen: Progress[]
let notes: string[]

const fault = plannedFault({levels: [{atMs: 200, level: 0.25}]})

beforeEach(async () => {
  seen = []
  notes = []
  const {parts} = await fakeParts(recordingFault([]), [], {planned: [fault]})
  const watcher = {progress: (one: Progress) => seen.push(one), note: (text: string) => notes.push(text)}
  board = new ProgressBoard(parts.plan, watcher)
})

afterEach(() => board.over())

const event = (one: Partial<RunEvent>): void =>
  // What every event has is of no interest here.
  board.event({kind: 'event', atMs: 0, fault: 'f1', ...one} as RunEvent)

describe('the board of a run', () => {
  it('shows the faults in force, with the strength of those that vary', () => {
    board.fault(fault, true)
    expect(seen.at(-1)?.faults).toEqual(['writes down'])
    event({event: 'fault-level', level: 0.254})
    board.finishing()
    expect(seen.at(-1)?.faults).toEqual(['writes down, strength 25 %'])
    event({event: 'fault-level', level: 1})
    board.finishing()
    expect(seen.at(-1)?.faults).toEqual(['writes down, strength 100 %'])
    board.fault(fault, false)
    expect(seen.at(-1)?.faults).toEqual([])
  })

  it('has no line for each change of strength, but one for each that failed', () => {
    event({event: 'fault-level', level: 0.5})
    expect(notes).toEqual([])
    event({event: 'fault-level-failed', level: 0.75, message: 'the proxy is busy'})
    expect(notes).toEqual(['strength not changed: writes down: the proxy is busy'])
  })
})
