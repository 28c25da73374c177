import {expect, it} from 'vitest'
import {LoadBroke} from '../../src/run/breakpoint.js'
import {PhaseClock} from '../../src/run/phase-clock.js'
import {passPhases} from '../../src/run/phases.js'
import type {RunEvent} from '../../src/run/record.js'
import {jumpingClock} from '../fakes/run-clock.js'

const phases = [
  {name: 'baseline', startMs: 0, endMs: 1000},
  {name: 'fault', startMs: 1000, endMs: 3000},
] as const

/** Passes the phases, and stops at this offset for this reason. */
const pass = async (reason?: Error, stopAfterMs = 0, leftOut = '') => {
  const clock = jumpingClock()
  const startedMs = clock.now()
  const events: RunEvent[] = []
  const stop = new AbortController()
  if (reason !== undefined) void clock.sleep(stopAfterMs).then(() => stop.abort(reason))
  const outcome = await passPhases(phases, {
    phases: new PhaseClock(clock, startedMs),
    signal: stop.signal,
    record: (event) => events.push(event),
    begins: () => {},
    ends: () => {},
    earlyEnd: () => undefined,
    isOver: (name) => name === leftOut,
  }).catch((error: unknown) => error)
  const told = events.map(
    (event) => `${event.atMs - startedMs} ${event.event}${'phase' in event ? ` ${event.phase}` : ''}`,
  )
  return {outcome, told}
}

it('phases begin and end at their times', async () => {
  expect((await pass()).told).toEqual([
    '0 phase-started baseline',
    '1000 phase-ended baseline',
    '1000 phase-started fault',
    '3000 phase-ended fault',
  ])
})

it('a phase that was cut off has no end, unless its load broke: then it ended there', async () => {
  const stopped = await pass(new Error('stopped'), 1500)
  expect(stopped.told.at(-1)).toBe('1000 phase-started fault')
  const broke = new LoadBroke({objective: 'up', message: '', toMs: 1_000_000 + 1400}, 100, 1_000_000 + 1400)
  const {outcome, told} = await pass(broke, 1500)
  expect(outcome).toBe(broke)
  expect(told.at(-1)).toBe('1400 phase-ended fault')
})

it('a phase that is left out never begins', async () => {
  expect((await pass(undefined, 0, 'fault')).told).toEqual([
    '0 phase-started baseline',
    '1000 phase-ended baseline',
  ])
})
