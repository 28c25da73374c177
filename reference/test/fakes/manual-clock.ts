import type {Clock} from '../../src/service/clock.js'

export interface ManualClock extends Clock {
  /** Moves time on, calling what is due in order, and lets promises settle after each call. */
  advance(ms: number): Promise<void>
  /** How many calls are still to come. */
  pending(): number
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Time that the test moves. */
export const manualClock = (): ManualClock => {
  let now = 1_000
  let timers: {at: number; callback: () => void}[] = []
  return {
    now: () => now,
    after: (ms, callback) => {
      const timer = {at: now + ms, callback}
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    advance: async (ms) => {
      const until = now + ms
      await settle()
      for (;;) {
        const due = timers.filter(({at}) => at <= until).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        timers = timers.filter((one) => one !== due)
        now = Math.max(now, due.at)
        due.callback()
        await settle()
      }
      now = until
    },
    pending: () => timers.length,
  }
}
