/** The part of a stream that progress needs. */
export interface ProgressStream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

/** A latency for people; there is none while nothing is answered. */
export const wholeMs = (ms: number | undefined): string =>
  ms === undefined ? 'unknown' : `${ms.toFixed(0)} ms`
