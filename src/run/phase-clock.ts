import type {Clock} from '../system/clock.js'

/**
 * Time as the plan counts it: it goes with the clock, and jumps when a phase ends early. Whoever waits for a time that
 * is jumped over goes on at once.
 *
 *   clock   0────────10────────20────────30────────40
 *   plan    0────────10───▶20──────────30──────────40      a phase that was to last until 20 ended at 15
 */
export class PhaseClock {
  readonly startedMs: number
  readonly #clock: Clock
  readonly #waiting = new Set<AbortController>()
  #skippedMs = 0

  /** @param startedMs epoch ms of the first request, which is 0 in the plan. */
  constructor(clock: Clock, startedMs: number) {
    this.#clock = clock
    this.startedMs = startedMs
  }

  /** By how much the run is shorter than planned. */
  get skippedMs(): number {
    return this.#skippedMs
  }

  /** Offset in the plan. */
  now(): number {
    return this.#clock.now() - this.startedMs + this.#skippedMs
  }

  /** When a time of the plan is, or was if nothing was jumped over since; epoch ms. */
  epochOf(planMs: number): number {
    return this.startedMs + planMs - this.#skippedMs
  }

  /** Resolves when the plan has got there; rejects with the signal's reason when it aborts. */
  async until(planMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = planMs - this.now()
      const woken = new AbortController()
      const stop = (): void => woken.abort()
      signal.addEventListener('abort', stop, {once: true})
      this.#waiting.add(woken)
      try {
        signal.throwIfAborted()
        return await this.#clock.sleep(Math.max(0, waitMs), woken.signal)
      } catch (cause) {
        signal.throwIfAborted()
        if (!woken.signal.aborted) throw cause
      } finally {
        signal.removeEventListener('abort', stop)
        this.#waiting.delete(woken)
      }
      if (planMs <= this.now()) return
    }
  }

  /** Jumps ahead; never back. */
  skipTo(planMs: number): void {
    const aheadMs = planMs - this.now()
    if (aheadMs <= 0) return
    this.#skippedMs += aheadMs
    for (const waiting of [...this.#waiting]) waiting.abort()
  }
}
