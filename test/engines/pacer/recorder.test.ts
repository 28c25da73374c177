import fc from 'fast-check'
import hdr from 'hdr-histogram-js'
import {expect, it} from 'vitest'
import {encoded, recorded} from '../../../src/engines/pacer/histograms.js'
import {Recorder} from '../../../src/engines/pacer/recorder.js'

const direct = (values: readonly number[]) => {
  const histogram = hdr.build({bitBucketSize: 32, numberOfSignificantValueDigits: 3})
  for (const value of values) histogram.recordValue(value)
  return histogram
}

const filled = (values: readonly number[]): Recorder => {
  const recorder = new Recorder()
  for (const value of values) recorder.recordValue(value)
  return recorder
}

/** Small and large ones, and those around each power of two, where a bucket ends. */
const value = fc.oneof(
  fc.nat(5000),
  fc.nat(2 ** 31 - 1),
  fc.integer({min: 2 ** 31, max: 2 ** 40}),
  fc.tuple(fc.integer({min: 0, max: 40}), fc.integer({min: -1, max: 1})).map(([power, by]) => {
    return Math.max(0, 2 ** power + by)
  }),
)

it('what is recorded is what HdrHistogram would hold, to the byte', () => {
  fc.assert(
    fc.property(fc.array(value, {maxLength: 200}), (values) => {
      const histogram = recorded(filled(values))
      expect(encoded(histogram)).toBe(encoded(direct(values)))
      for (const percentile of [1, 50, 99, 100])
        expect(histogram.getValueAtPercentile(percentile)).toBe(
          direct(values).getValueAtPercentile(percentile),
        )
    }),
  )
})

it('a recorder that was reset is empty, and counts anew', () => {
  const recorder = filled([7, 80_000_000])
  expect(recorder.totalCount).toBe(2)
  recorder.reset()
  expect(recorder.totalCount).toBe(0)
  recorder.recordValue(9)
  expect(encoded(recorded(recorder))).toBe(encoded(direct([9])))
})
