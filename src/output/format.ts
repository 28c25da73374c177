/** The part of a stream that progress needs; the rest is there where it is a terminal. */
export interface ProgressStream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
  rows?: number
  hasColors?(): boolean
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

/** A latency for people; there is none while nothing is answered. */
export const wholeMs = (ms: number | undefined): string =>
  ms === undefined ? 'unknown' : `${ms.toFixed(0)} ms`
