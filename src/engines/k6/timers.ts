/** Timers that are cleared together. */
export interface Timers {
  /** Calls back once, so many milliseconds from now; at once when that has passed. */
  after(ms: number, then: () => void): void
  clear(): void
}

/** The longest that a timer of Node waits. */
const mostMs = 2 ** 31 - 1

export const createTimers = (): Timers => {
  const waiting = new Set<NodeJS.Timeout>()
  return {
    after: (ms, then) => {
      const fire = (): void => {
        waiting.delete(timer)
        then()
      }
      const timer = setTimeout(fire, Math.min(mostMs, Math.max(0, ms)))
      waiting.add(timer)
    },
    clear: () => {
      for (const timer of waiting) clearTimeout(timer)
    },
  }
}
