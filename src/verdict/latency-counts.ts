import {decodeFromCompressedBase64, JsHistogram} from 'hdr-histogram-js'
import type {Counts} from './statistics/bootstrap.js'

/** The values of an encoded HdrHistogram that were seen, rising, in its own unit; empty when nothing was recorded. */
export const countsOf = (encoded: string): Counts => {
  const values: number[] = []
  const counts: number[] = []
  const histogram = encoded === '' ? undefined : decodeFromCompressedBase64(encoded)
  // The library's own class: its interface has no way to walk the buckets.
  if (!(histogram instanceof JsHistogram)) return {values, counts}
  let left = histogram.totalCount
  for (let index = 0; left > 0 && index < histogram.countsArrayLength; index++) {
    const count = histogram.getCountAtIndex(index)
    if (count === 0) continue
    values.push(histogram.valueFromIndex(index))
    counts.push(count)
    left -= count
  }
  return {values, counts}
}
