import {expect, it} from 'vitest'
import {segmentOf, usersForRunners} from '../../../src/engines/k6-operator/segments.js'

/** A point as a fraction of whole numbers. */
const fraction = (text: string): [bigint, bigint] => {
  const [above = '', below = '1'] = text.split('/')
  return [BigInt(above), BigInt(below)]
}
const isEqual = ([a, b]: [bigint, bigint], [c, d]: [bigint, bigint]): boolean => a * d === c * b
const isBefore = ([a, b]: [bigint, bigint], [c, d]: [bigint, bigint]): boolean => a * d < c * b

it.each(Array.from({length: 60}, (_, index) => index + 1))(
  'segments of %i runners are the whole, with no gap and no overlap',
  (runners) => {
    const segments = Array.from({length: runners}, (_, index) => segmentOf(index, runners))
    const ends = segments.map(({segment}) => segment.split(':').map(fraction))
    let at: [bigint, bigint] = [0n, 1n]
    for (const [from, to] of ends) {
      if (from === undefined || to === undefined) throw new Error('no segment')
      expect(isEqual(from, at)).toBe(true)
      expect(isBefore(from, to)).toBe(true)
      // Equal shares: each is one of so many.
      expect(isEqual([to[0] * from[1] - from[0] * to[1], to[1] * from[1]], [1n, BigInt(runners)])).toBe(true)
      at = to
    }
    expect(isEqual(at, [1n, 1n])).toBe(true)
    // All agree on the sequence, whose points are those of the segments.
    expect(new Set(segments.map(({sequence}) => sequence)).size).toBe(1)
    const points = segments[0]?.sequence.split(',')
    expect(points).toEqual(['0', ...segments.map(({segment}) => segment.split(':')[1])])
  },
)

it('gives each runner the same number of users of each stream, and none too few', () => {
  for (let runners = 1; runners < 40; runners++)
    for (const users of [1, 2, 7, 12, 100]) {
      const [count = 0] = usersForRunners([users], runners)
      expect(count % runners).toBe(0)
      expect(count).toBeGreaterThanOrEqual(users)
      expect(count).toBeLessThan(users + runners)
    }
})
