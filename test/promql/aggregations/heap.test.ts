import fc from 'fast-check'
import {expect, it} from 'vitest'
import {bestFirst, type Entry, offer, type Worse} from '../../../src/promql/aggregations/heap.js'

const lower: Worse = (left, right) => Number.isNaN(left) || left < right

it('a heap keeps the best values that it is offered, whatever their order', () => {
  const values = fc.array(fc.oneof(fc.integer({min: 0, max: 20}), fc.constant(Number.NaN)), {maxLength: 60})
  fc.assert(
    fc.property(values, fc.integer({min: 1, max: 12}), (offered, size) => {
      const heap: Entry[] = []
      for (const [id, value] of offered.entries()) offer(heap, size, lower, value, id)
      const ranked = offered
        .filter((value) => !Number.isNaN(value))
        .sort((left, right) => right - left)
        .concat(offered.filter(Number.isNaN))
      expect(bestFirst(heap, lower).map((id) => offered[id])).toEqual(ranked.slice(0, size))
    }),
    {seed: 1},
  )
})
