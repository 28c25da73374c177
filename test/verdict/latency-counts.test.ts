import fc from 'fast-check'
import {build, encodeIntoCompressedBase64, JsHistogram} from 'hdr-histogram-js'
import {describe, expect, it} from 'vitest'
import {latencyCounts} from '../../src/verdict/latency-counts.js'

/** As the library walks it. */
const slowly = (recorded: readonly (readonly [number, number])[], digits: 1 | 2 | 3 | 4 | 5): JsHistogram => {
  const histogram = build({bitBucketSize: 32, numberOfSignificantValueDigits: digits})
  if (!(histogram instanceof JsHistogram)) throw new TypeError('the library builds something else')
  for (const [value, count] of recorded) histogram.recordValueWithCount(value, count)
  return histogram
}

const second = (histogram: string) => ({due: 0, sent: 0, skipped: 0, answered: {}, failed: {}, histogram})

describe('the counts of a latency histogram', () => {
  it('are those that the library has, whatever was recorded', () => {
    const values = fc.array(
      fc.tuple(fc.integer({min: 0, max: 3_600_000_000}), fc.integer({min: 1, max: 100_000})),
      {maxLength: 60},
    )
    fc.assert(
      fc.property(values, fc.constantFrom(1, 2, 3, 4, 5), (recorded, digits) => {
        const histogram = slowly(recorded, digits)
        const {values: seen, counts} = latencyCounts(second(encodeIntoCompressedBase64(histogram)))
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(histogram.totalCount)
        for (const [at, value] of seen.entries()) {
          expect(value).toBe(histogram.highestEquivalentValue(value))
          expect(value).toBeGreaterThan(seen[at - 1] ?? -1)
        }
        const expected = new Map<number, number>()
        for (const [value, count] of recorded) {
          const cell = histogram.highestEquivalentValue(value)
          expected.set(cell, (expected.get(cell) ?? 0) + count)
        }
        expect(new Map(seen.map((value, at) => [value, counts[at]]))).toEqual(expected)
      }),
      {numRuns: 150},
    )
  })

  it('are none of a histogram that is not there', () => {
    expect(latencyCounts(second(''))).toEqual({values: [], counts: []})
  })
})
