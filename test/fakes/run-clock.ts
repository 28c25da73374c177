import type {Clock} from '../../src/system/clock.js'

interface Sleeper {
  atMs: number
  wake(): void
}

/** A clock that jumps to the next sleeper's time as soon as nobody has anything else to do. */
export const jumpingClock = (): Clock => {
  let nowMs = 1_000_000
  let sleepers: Sleeper[] = []
  let jumping = false
  const jump = (): void => {
    jumping = false
    const [next, ...others] = sleepers.toSorted((one, other) => one.atMs - other.atMs)
    if (!next) return
    sleepers = others
    nowMs = Math.max(nowMs, next.atMs)
    next.wake()
    jumpSoon()
  }
  /** After all that was promised by now has been settled. */
  const jumpSoon = (): void => {
    if (jumping || sleepers.length === 0) return
    jumping = true
    setImmediate(jump)
  }
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const stop = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper)
          reject(signal?.reason)
        }
        const wake = (): void => {
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        const sleeper = {atMs: nowMs + Math.max(0, ms), wake}
        sleepers.push(sleeper)
        signal?.addEventListener('abort', stop)
        jumpSoon()
      }),
  }
}
