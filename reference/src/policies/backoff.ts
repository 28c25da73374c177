import type {Random} from '../service/random.js'

export interface BackoffRules {
  baseMs: number
  capMs: number
}

/**
 * Waits between attempts. With jitter: decorrelated (Brooker, "Exponential Backoff And Jitter", 2015),
 * `min(cap, base + random × (3 × previous − base))`. Without: `min(cap, base × 2^n)`, the same for every caller,
 * so callers that failed together come back together.
 */
export const createBackoff = (
  {baseMs, capMs}: BackoffRules,
  jitter: boolean,
  random: Random,
): (() => number) => {
  let previousMs = baseMs
  let exponent = 0
  return () => {
    if (!jitter) return Math.min(capMs, baseMs * 2 ** exponent++)
    previousMs = Math.min(capMs, baseMs + random() * (3 * previousMs - baseMs))
    return previousMs
  }
}
