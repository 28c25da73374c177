import {expect, it} from 'vitest'
import {PhaseClock} from '../../src/run/phase-clock.js'
import {jumpingClock} from '../fakes/run-clock.js'

const never = new AbortController().signal

it('wakes who waits for a time that is jumped over, and lets others wait for less', async () => {
  const clock = jumpingClock()
  const phases = new PhaseClock(clock, clock.now())
  const woken: string[] = []
  const wait = async (name: string, planMs: number): Promise<void> => {
    await phases.until(planMs, never)
    woken.push(`${name} at ${clock.now() - phases.startedMs}`)
  }
  const waits = [wait('fault', 20_000), wait('recovery', 30_000)]
  await clock.sleep(15_000)
  phases.skipTo(20_000)
  await Promise.all(waits)
  expect(woken).toEqual(['fault at 15000', 'recovery at 25000'])
  expect(phases.skippedMs).toBe(5000)
  expect(phases.epochOf(30_000) - phases.startedMs).toBe(25_000)
})

it('never goes back', () => {
  const clock = jumpingClock()
  const phases = new PhaseClock(clock, clock.now())
  phases.skipTo(1000)
  phases.skipTo(400)
  expect(phases.now()).toBe(1000)
})

it('stops waiting with the reason of the signal', async () => {
  const clock = jumpingClock()
  const stop = new AbortController()
  const waiting = new PhaseClock(clock, clock.now()).until(1000, stop.signal)
  stop.abort(new Error('stopped'))
  await expect(waiting).rejects.toThrow('stopped')
})
