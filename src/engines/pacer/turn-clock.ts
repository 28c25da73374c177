/**
 * A clock that stands still for a turn of the event loop: the first to ask in a turn reads it, the others are told the
 * same. What one poll of the loop reports together had come in by then, and the time that the generator takes to read
 * one answer is no part of the next one's latency: after a stall hundreds come in one turn.
 *
 *   timers ── poll: answer, answer, answer … (one time) ── immediates: the clock goes on ── timers ── poll …
 *
 * While a time stands an immediate is pending, so that no poll waits: it is never older than the work of one turn.
 */
export const turnClock = (now: () => number): (() => number) => {
  let standing: number | undefined
  const goOn = (): void => {
    standing = undefined
  }
  return () => {
    if (standing === undefined) {
      standing = now()
      setImmediate(goOn)
    }
    return standing
  }
}
