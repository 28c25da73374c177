/** How a capacity is searched for. Rates per second, times in milliseconds. */
export interface SearchOptions {
  /** The first load. Low: a load that is too high may leave damage that later trials see. */
  startPerSecond: number
  /** Below and above these nothing is tried. */
  leastPerSecond: number
  mostPerSecond: number
  /** Bisection ends when the upper bound is so much above the lower one, as a fraction. */
  width: number
  /** Load that is sent before a trial is judged. */
  settleMs: number
  /** While doubling, when far from the limit. */
  riseMs: number
  /** While bisecting. */
  trialMs: number
  /** At the bound that is reported. */
  confirmMs: number
  /** A failing trial is tried so many times more before it counts. */
  retries: number
  /** Seconds of load, as milliseconds, after which no new trial is asked for but the confirmation. */
  budgetMs: number
}

/** Some three minutes: for a pipeline. */
export const quick = {
  width: 0.05,
  settleMs: 2_000,
  riseMs: 3_500,
  trialMs: 10_000,
  confirmMs: 30_000,
  retries: 1,
  budgetMs: 180_000,
} as const satisfies Partial<SearchOptions>

/** Some eight minutes: for a report. */
export const thorough = {
  width: 0.025,
  settleMs: 3_000,
  riseMs: 5_000,
  trialMs: 20_000,
  confirmMs: 60_000,
  retries: 2,
  budgetMs: 480_000,
} as const satisfies Partial<SearchOptions>
