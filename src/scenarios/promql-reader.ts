/** What the readers of rule and SLO files ask about PromQL expressions; made from the parser in `src/promql`. */
export interface PromqlReader {
  /**
   * What is wrong with an expression, and at which offset (from 0); nothing when it is right. `unsupported`: Prometheus
   * would take it, we cannot.
   */
  check(expression: string): {message: string; offset: number; unsupported: boolean} | undefined
  /** The metrics that an expression names outright. */
  metrics(expression: string): string[]
  /** How far back it reads, in ms; 0 for newest samples only. */
  reachMs(expression: string): number
  /** The counters whose growth an expression is about; undefined when it is about something else. */
  counters(expression: string): {selector: string; of: 'growth' | 'value'; grouping?: string} | undefined
  /** The two sides of a division. */
  quotient(expression: string): {part: string; whole: string} | undefined
  /** The expression with another range in all its range selectors; the reason when it reads other times than these. */
  withRange(expression: string, range: string): string | {problem: string; offset: number}
}
