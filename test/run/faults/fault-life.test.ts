import {beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError, Interrupted} from '../../../src/errors.js'
import type {Evidence, Fault} from '../../../src/faults/fault.js'
import type {FaultInForce} from '../../../src/run/faults/fault-in-force.js'
import {untilLanded} from '../../../src/run/faults/fault-levels.js'
import type {PhaseClock} from '../../../src/run/phase-clock.js'
import type {RunEvent} from '../../../src/run/record.js'
import type {Clock} from '../../../src/system/clock.js'
import {systemClock} from '../../../src/system/clock.js'
import {recordingFault} from '../../fakes/run-fault.js'
import {plannedFault} from '../../fakes/run-parts.js'
import {perform} from '../../fakes/run-stage.js'

let log: string[]

beforeEach(() => {
  log = []
})

const levels = (...pairs: [atMs: number, level: number][]) => pairs.map(([atMs, level]) => ({atMs, level}))

const ramp = plannedFault({
  startMs: 1_000,
  endMs: 21_000,
  levels: levels([1_000, 0.25], [3_000, 0.75], [5_000, 1], [15_000, 0.5]),
})

/** A fault whose changes do what the test says. */
const changing =
  (adjust: (level: number, clock: Clock, stop: AbortController) => Promise<void>) =>
  (clock: Clock, stop: AbortController): Fault =>
    recordingFault(log, {adjust: (level) => adjust(level, clock, stop)})

const plain = (): Fault => recordingFault(log)

const seeing = (bit: Evidence['bit']) => (): Fault => recordingFault(log, {bit})

const logged = (pattern: RegExp): string[] => log.filter((line) => pattern.test(line))

const expectAfter = (later: string, earlier: string): void => {
  expect(log).toContain(later)
  expect(log).toContain(earlier)
  expect(log.indexOf(later)).toBeGreaterThan(log.lastIndexOf(earlier))
}

describe('a fault whose strength changes', () => {
  it('is brought to each level at its time, then undone', async () => {
    const {eventsNamed, residual} = await perform([ramp], plain)
    expect(logged(/^(inject|adjust |undo)/)).toEqual([
      'inject f1',
      'adjust f1 to 0.75',
      'adjust f1 to 1',
      'adjust f1 to 0.5',
      'undo {"id":"f1"}',
    ])
    expect(eventsNamed('fault-level')).toMatchObject(ramp.levels ?? [])
    expect(eventsNamed('fault-undone')).toMatchObject([{atMs: 21_000}])
    expect(residual).toEqual([])
  })

  it('is looked at when it is strongest, and the look says how strong that is', async () => {
    const {eventsNamed} = await perform([ramp], plain)
    expect(logged(/^observe/)).toEqual(['observe f1 at 1'])
    expect(eventsNamed('fault-seen')).toMatchObject([{atMs: 6_500, level: 1, evidence: {bit: 'yes'}}])
  })

  it.each(['no', 'unknown'] as const)('is looked at in every pulse while looks say %s', async (bit) => {
    const pulses = plannedFault({
      startMs: 0,
      endMs: 30_000,
      levels: levels([0, 1], [2_000, 0], [10_000, 1], [12_000, 0], [20_000, 1], [22_000, 0]),
    })
    const {eventsNamed} = await perform([pulses], seeing(bit))
    expect(eventsNamed('fault-seen').map(({atMs, level}) => [atMs, level])).toEqual([
      [1_000, 1],
      [11_000, 1],
      [21_000, 1],
      [21_500, 1],
    ])
  })

  it('is not looked at while a change that failed leaves it without strength', async () => {
    const late = plannedFault({startMs: 0, endMs: 10_000, levels: levels([0, 0], [1_000, 1])})
    const failing = changing(async () => {
      throw new EnvironmentError('the proxy is busy')
    })
    const {eventsNamed} = await perform([late], failing)
    expect(eventsNamed('fault-seen')).toEqual([])
    expect(eventsNamed('fault-level-failed').length).toBeGreaterThan(1)
  })

  it('is not said to be without effect when its strength changed during the look', async () => {
    const pulse = plannedFault({startMs: 0, endMs: 10_000, levels: levels([0, 1], [2_000, 0])})
    const slowLook = (clock: Clock): Fault => ({
      ...recordingFault(log),
      observe: async () => {
        await clock.sleep(1_500)
        return {bit: 'no', observations: ['answered at once'], numbers: {}}
      },
    })
    const {eventsNamed} = await perform([pulse], slowLook)
    expect(eventsNamed('fault-seen')[0]?.evidence).toEqual({
      bit: 'unknown',
      observations: ['answered at once', 'its strength went from 100% to 0% meanwhile'],
      numbers: {},
    })
  })

  it('goes straight to what is due when a change took too long', async () => {
    const slow = changing((level, clock) => clock.sleep(level === 0.75 ? 14_500 : 0))
    const {eventsNamed} = await perform([ramp], slow)
    expect(eventsNamed('fault-level')).toMatchObject([
      {atMs: 1_000, level: 0.25},
      {atMs: 17_500, level: 0.75},
      {atMs: 17_500, level: 0.5},
    ])
  })

  it('that cannot be changed once is changed at the next level; that stops nothing', async () => {
    const failing = changing(async (level) => {
      if (level === 0.75) throw new EnvironmentError('the proxy is busy')
    })
    const soon = {...ramp, levels: levels([1_000, 0.25], [3_000, 0.75], [4_000, 1], [15_000, 0.5])}
    const {eventsNamed, failures} = await perform([soon], failing)
    expect(failures).toEqual([])
    expect(eventsNamed('fault-level').map(({level}) => level)).toEqual([0.25, 1, 0.5])
    const failed = {atMs: 3_000, fault: 'f1', level: 0.75, message: 'the proxy is busy'}
    expect(eventsNamed('fault-level-failed')).toMatchObject([failed])
    expectAfter('undo {"id":"f1"}', 'adjusted f1 to 0.5')
  })

  it('is tried again before the next level when that is far away', async () => {
    let failures = 2
    const failing = changing(async () => {
      if (failures-- > 0) throw new EnvironmentError('the proxy is busy')
    })
    const planned = plannedFault({startMs: 0, endMs: 60_000, levels: levels([0, 0.5], [1_000, 1])})
    const {eventsNamed} = await perform([planned], failing)
    expect(eventsNamed('fault-level-failed').map(({atMs}) => atMs)).toEqual([1_000, 3_000])
    expect(eventsNamed('fault-level')).toMatchObject([{atMs: 0}, {atMs: 5_000, level: 1}])
  })

  it('is undone when a change that was under way at its end has landed, and not changed after that', async () => {
    const slow = changing((level, clock) => clock.sleep(level === 0.5 ? 8_000 : 0))
    const {eventsNamed} = await perform([ramp], slow)
    expectAfter('undo {"id":"f1"}', 'adjusted f1 to 0.5')
    expect(log.at(-1)).toBe('undo {"id":"f1"}')
    expect(eventsNamed('fault-undone')).toMatchObject([{atMs: 23_000}])
  })

  it('is undone after the change under way when the run is stopped, and no other change is begun', async () => {
    const stopping = changing(async (level, clock, stop) => {
      if (level !== 0.75) return
      stop.abort(new Interrupted('SIGINT'))
      await clock.sleep(4_000)
    })
    const {failures, residual} = await perform([ramp], stopping)
    expect(failures).toMatchObject([{name: 'Interrupted'}])
    expect(residual).toEqual([])
    expect(logged(/^(adjust|undo)/)).toEqual(['adjust f1 to 0.75', 'adjusted f1 to 0.75', 'undo {"id":"f1"}'])
  })

  it('is not changed any more when its phase ends early, though a change that failed would be tried again', async () => {
    const planned = plannedFault({startMs: 0, endMs: 60_000, levels: levels([0, 1], [3_000, 0.5])})
    const failing = (clock: Clock, _stop: AbortController, phases: PhaseClock): Fault =>
      recordingFault(log, {
        adjust: async () => {
          if (logged(/^adjust /).length > 1) return
          void clock.sleep(1_000).then(() => phases.skipTo(60_000))
          throw new EnvironmentError('the proxy is busy')
        },
      })
    const {eventsNamed, failures} = await perform([planned], failing)
    expect(failures).toEqual([])
    expect(eventsNamed('fault-level-failed').map(({atMs}) => atMs)).toEqual([3_000])
    expect(eventsNamed('fault-undone')).toMatchObject([{atMs: 4_000}])
    expect(logged(/^(adjust|undo)/)).toEqual(['adjust f1 to 0.5', 'undo {"id":"f1"}'])
  })

  it('does not wait for ever for a change that hangs', async () => {
    const recorded: RunEvent[] = []
    const one = {
      aimed: ramp,
      stage: {world: {clock: systemClock}, record: (event: RunEvent) => recorded.push(event)},
    } as unknown as FaultInForce // All that it reads.
    await untilLanded(new Promise(() => {}), one, 20)
    expect(recorded).toMatchObject([
      {event: 'warning', message: expect.stringContaining('has not ended after 20ms')},
    ])
  })
})
