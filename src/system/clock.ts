import {setTimeout as delay} from 'node:timers/promises'

/** Time as an argument: tests pass one they control. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with fractions; never goes back. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's clock, taken once at start and moved on by the monotonic one: a step of NTP does not move a phase. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: async (ms, signal) => {
    await delay(Math.max(0, ms), undefined, signal ? {signal} : {})
  },
}

/** The machine's clock as it is, steps and all: for what runs for days, and shares its times with other machines. */
export const wallClock: Clock = {now: () => Date.now(), sleep: systemClock.sleep}
