/** What the seconds of a run drive. Times are milliseconds since its start. */
export interface SecondSteps {
  /** Time since the start; negative before it. */
  now(): number
  begin(): void
  /** This whole second has passed; goes on until stopped. */
  secondPassed(index: number): void
  /** The plan's last millisecond has passed. */
  planPassed(): void
}

/** Calls `begin` at the start, `secondPassed` after each second, and `planPassed` at the end; a late timer skips none. */
export const startSeconds = (endMs: number, steps: SecondSteps): {stop(): void} => {
  let second = 0
  let begun = false
  let passed = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const tick = (): void => {
    const now = steps.now()
    if (!begun && now >= 0) {
      begun = true
      steps.begin()
    }
    while (!stopped && (second + 1) * 1000 <= now) steps.secondPassed(second++)
    if (!stopped && !passed && now >= endMs) {
      passed = true
      steps.planPassed()
    }
    if (stopped) return
    const wakeMs = begun ? Math.min((second + 1) * 1000, passed ? Number.POSITIVE_INFINITY : endMs) : 0
    timer = setTimeout(tick, Math.max(1, wakeMs - steps.now()))
  }

  timer = setTimeout(tick, Math.max(1, -steps.now()))
  return {
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
