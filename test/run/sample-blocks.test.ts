import {describe, expect, it} from 'vitest'
import {joinedSeries} from '../../src/run/joined-series.js'
import {sampleBlocks} from '../../src/run/sample-blocks.js'
import type {WantSeries} from '../../src/run/sample-lines.js'

const names = ['up', 'down', 'left'] as const
const labelsOf = (name: string) => ({__name__: name, job: 'a'})

/** Three series are known. */
const reading = (wanted: WantSeries = () => true) => {
  const joined = joinedSeries()
  const blocks = sampleBlocks(wanted, joined)
  for (const [id, name] of names.entries())
    expect(blocks.declare({kind: 'series', id, labels: labelsOf(name)})).toBe(true)
  return {...blocks, all: () => joined.all().map(({labels, t, v}) => [labels['__name__'], t, v])}
}
type Row = (number | string | null)[]
const line = (t: Row, ...v: Row[]) => Buffer.from(JSON.stringify({kind: 'block', t, v}))

describe('blocks of samples', () => {
  it('are joined by the numbers of their series', () => {
    const blocks = reading()
    expect(blocks.take(line([1, 2], [0, 10, 20], [2, 0.5, null]))).toBe(true)
    expect(blocks.take(line([3], [2, 'number:NaN'], [0, 30]))).toBe(true)
    expect(blocks.all()).toEqual([
      ['up', [1, 2, 3], [10, 20, 30]],
      ['left', [1, 2, 3], [0.5, null, Number.NaN]],
    ])
  })

  it('keep the times of each series where one is missing, ends, or comes later', () => {
    const blocks = reading()
    blocks.take(line([1, 2], [0, 1, 2], [1, 1, 2]))
    blocks.take(line([3, 4], [0, 3, 4]))
    // The first one of the line lags by as many samples as there are in it, and has other times.
    blocks.take(line([5, 6], [1, 5, 6], [0, 5, 6], [2, 5, 6]))
    blocks.take(line([7, 8], [1, 7, 8], [0, 7, 8]))
    blocks.take(line([9], [0, 9]))
    expect(blocks.all()).toEqual([
      ['up', [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9]],
      ['down', [1, 2, 5, 6, 7, 8], [1, 2, 5, 6, 7, 8]],
      ['left', [5, 6], [5, 6]],
    ])
  })

  it('count a sample once that two of them hold', () => {
    const blocks = reading()
    blocks.take(line([1, 2, 3], [0, 1, 2, 3], [1, 1, 2, 3]))
    blocks.take(line([2, 3, 4], [0, 9, 9, 4]))
    blocks.add({
      kind: 'block',
      t: [3, 4, 5],
      v: [
        [0, 9, 9, 5],
        [1, 9, 4, 5],
      ],
    })
    expect(blocks.all()).toEqual([
      ['up', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]],
      ['down', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]],
    ])
  })

  it('are passed over where they are not wanted', () => {
    const blocks = reading(({__name__}) => __name__ === 'down')
    expect(blocks.take(line([1], [0, 1], [1, 2], [2, 3]))).toBe(true)
    expect(blocks.all()).toEqual([['down', [1], [2]]])
  })

  it.each([
    ['of a series that has no number yet', line([1], [3, 1])],
    ['of a number that is none', line([1], [-1, 1])],
    ['with a value too few', line([1, 2], [0, 1])],
    ['with a value too many', line([1], [0, 1, 2])],
    ['with a value that is none', line([1], [0, 'number:what'])],
    ['without any', line([1])],
    ['of another kind', Buffer.from('{"kind":"load"}')],
  ])('are not taken where one is %s', (_, bytes) => expect(reading().take(bytes)).toBe(false))

  it('are not taken where they are cut off, anywhere', () => {
    const blocks = reading()
    const whole = line([1, 2], [0, 1, 2], [1, 3, 4])
    for (let length = 0; length < whole.length; length++)
      expect(blocks.take(whole.subarray(0, length))).toBe(false)
    expect(blocks.all()).toEqual([])
  })

  it('are damaged when they are read as a whole and do not go with their series', () => {
    const {add} = reading()
    expect(add({kind: 'block', t: [1], v: [[3, 1]]})).toBe(false)
    expect(add({kind: 'block', t: [1, 2], v: [[0, 1]]})).toBe(false)
  })

  it('have numbers in the order of their series: a lost one is noticed', () => {
    const {declare} = reading()
    expect(declare({kind: 'series', id: 4, labels: labelsOf('late')})).toBe(false)
    expect(declare({kind: 'series', id: 2, labels: labelsOf('late')})).toBe(false)
    expect(declare({kind: 'series', id: 3, labels: labelsOf('late')})).toBe(true)
  })
})
