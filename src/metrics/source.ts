/** The labels of a series, `__name__` among them. */
export type Labels = Record<string, string>

/** Raw samples of one series in time order: `t` in epoch ms, `v` values. A staleness marker is the value `null`. */
export interface Series {
  labels: Labels
  t: number[]
  v: (number | null)[]
}

/** One series of an instant answer. A scalar has no labels. */
export interface Answer {
  labels: Labels
  value: number
}

export interface QueryResult {
  answers: Answer[]
  /** Reasons to doubt the answer: partial data, or samples forgotten. */
  warnings: string[]
  /** Remarks that do not weaken the answer, such as a counter whose name does not end in `_total`. */
  infos?: string[]
}

/** How far a clock that dates samples is ahead of ours, in ms; negative when it is behind. */
export interface ClockReading {
  /** Whose: a server, or a target that dates its samples itself. */
  source: string
  aheadMs: number
  /** The truth is at most this far from `aheadMs`. */
  withinMs: number
  /** Read off samples, which may come long after their honest date: only being ahead tells of the clock. */
  dated?: true
}

/** Where observations come from: our own scraper, or a Prometheus. One contract suite runs over both. */
export interface MetricSource {
  readonly kind: 'embedded' | 'prometheus'
  /** For the record: `embedded, every 500 ms` or the server's URL and version. */
  describe(): Promise<string>
  /** What the user should know before trusting it: a certificate that is not checked, say. */
  readonly cautions?: readonly string[]
  /** Evaluates an expression at one instant. Throws UserError for a bad expression, EnvironmentError when unreachable. */
  query(expression: string, atMs: number, signal?: AbortSignal): Promise<QueryResult>
  /**
   * Raw samples with `fromMs < t <= toMs` of every series that the vector selector matches. `onWarning` is told each
   * reason to doubt that they are all there.
   */
  samples(
    selector: string,
    fromMs: number,
    toMs: number,
    signal?: AbortSignal,
    onWarning?: (warning: string) => void,
  ): Promise<Series[]>
  /**
   * The same for somebody who asks again soon: fails after a few seconds, where `samples` waits for a source that does not
   * answer. Only sources that wait have it.
   */
  samplesNow?(selector: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<Series[]>
  /** Everything observed with `fromMs < t <= toMs`; only sources of which all is meant to be kept have it. */
  all?(fromMs: number, toMs: number, signal?: AbortSignal): Promise<Series[]>
  /** Takes samples of our own, each series in time order; only sources that hold their samples themselves have it. */
  append?(series: readonly Series[]): Promise<void>
  /** Reads the clocks that date the samples, but for our own; none when nobody else does. Throws EnvironmentError. */
  clocks?(signal?: AbortSignal): Promise<ClockReading[]>
  /** The usual time between two samples of a series. */
  readonly intervalMs: number
  /** Resolves when every target that is up has a sample from after `atMs`, or after a few intervals. */
  caughtUp(atMs: number, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}
