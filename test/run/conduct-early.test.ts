import {beforeEach, expect, it} from 'vitest'
import {conductRun} from '../../src/run/conduct.js'
import type {RecordLine, RunEvent} from '../../src/run/record.js'
import type {RunParts} from '../../src/run/run-parts.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import {recordingFault} from '../fakes/run-fault.js'
import {fakeParts, plannedFault} from '../fakes/run-parts.js'

const up: Objective = {
  kind: 'ratio',
  name: 'up',
  good: 'good_total',
  total: 'all_total',
  target: 0.99,
  during: ['fault'],
  confidence: 0.95,
  minSamples: 30,
}

const decision = {
  state: 'missed',
  eValue: 400,
  good: 80,
  total: 100,
  effective: 90,
  estimate: 0.8,
  low: 0.7,
  high: 0.9,
} as const

let log: string[]

beforeEach(() => {
  log = []
})

/** A run whose fault phase is to last 30 s, and of whose objective all is certain at the second look at it. */
const run = async (change: Partial<RunParts>): Promise<{lines: RecordLine[]; tookMs: number}> => {
  const {parts, lines} = await fakeParts(recordingFault(log), log, {
    planned: [plannedFault({endMs: 30_000})],
  })
  const lostGuards = [{name: 'lost: up', lost: 'up'}]
  const scenario = {...parts.plan.scenario, objectives: [up], lostGuards}
  let looks = 0
  const began = performance.now()
  await conductRun({
    ...parts,
    plan: {...parts.plan, scenario},
    judgeStanding: (_, {phase}) => {
      if (phase.name === 'fault') looks++
      return {objectives: [], decided: [], ...(looks >= 2 ? {mayEnd: '"up" decided'} : {})}
    },
    ...change,
  })
  return {lines, tookMs: performance.now() - began}
}

const eventOf = <Name extends RunEvent['event']>(lines: RecordLine[], name: Name, phase?: string) =>
  lines.find(
    (line): line is RunEvent & {event: Name} =>
      line.kind === 'event' &&
      line.event === name &&
      (phase === undefined || ('phase' in line && line.phase === phase)),
  )

it('a phase that ends early has its faults undone then, the next begins, and the load stops with the last', async () => {
  const {lines, tookMs} = await run({early: true})
  expect(tookMs).toBeLessThan(25_000)
  const ended = eventOf(lines, 'phase-ended', 'fault')
  expect(ended?.early).toBe('"up" decided')
  const recovery = eventOf(lines, 'phase-started', 'recovery')
  expect(recovery?.atMs).toBe(ended?.atMs)
  const undone = eventOf(lines, 'fault-undone')
  expect(Math.abs((undone?.atMs ?? 0) - (ended?.atMs ?? 0))).toBeLessThan(2000)
  expect(log).toEqual([
    'load started',
    'prepare f1',
    'inject f1',
    'observe f1',
    'undo {"id":"f1"}',
    'load stopped',
    'load stopped',
    'load closed',
  ])
  expect(lines.at(-1)).toMatchObject({kind: 'end', ended: 'completed', residual: []})
  // The recovery phase keeps its length.
  const length = (eventOf(lines, 'phase-ended', 'recovery')?.atMs ?? 0) - (recovery?.atMs ?? 0)
  expect(length).toBeCloseTo(200, 0)
}, 40_000)

it('a guard that follows an objective stops the run at once, with all undone', async () => {
  const {lines, tookMs} = await run({
    early: false,
    judgeStanding: ({scenario}) => ({
      objectives: [],
      decided: log.includes('observe f1')
        ? scenario.objectives.map(({name}) => ({objective: name, decision}))
        : [],
    }),
  })
  expect(tookMs).toBeLessThan(25_000)
  expect(log).toContain('undo {"id":"f1"}')
  expect(eventOf(lines, 'guard-tripped')).toMatchObject({guard: 'lost: up'})
  expect(eventOf(lines, 'phase-ended', 'fault')).toBeUndefined()
  expect(lines.at(-1)).toMatchObject({kind: 'end', ended: 'guard', residual: []})
}, 40_000)
