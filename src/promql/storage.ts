/** How a label's value is compared in a selector. */
export interface Matcher {
  label: string
  op: '=' | '!=' | '=~' | '!~'
  value: string
}

/** Samples of one series in time order: `t` in ms since the Unix epoch; a staleness marker is the value `null`. */
export interface SeriesData {
  labels: Record<string, string>
  t: ArrayLike<number>
  v: ArrayLike<number | null>
}

/** Where the evaluator reads from: every series that all matchers match, with the samples in (fromMs, toMs]. */
export interface Storage {
  select(matchers: Matcher[], fromMs: number, toMs: number): SeriesData[]
}
