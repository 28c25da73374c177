import {describe, expect, it} from 'vitest'
import type {Labels, Series} from '../../src/metrics/source.js'
import {countersOf, increase, increaseOfAll} from '../../src/verdict/counting.js'

const edge1 = {job: 'edge', instance: 'edge-1'}

/** One sample per second from `fromSecond`; undefined where the scrape is missing, null where it is stale. */
const sampled = (labels: Labels, fromSecond: number, values: (number | null | undefined)[]): Series => {
  const series: Series = {labels, t: [], v: []}
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue
    series.t.push((fromSecond + index) * 1000)
    series.v.push(value)
  }
  return series
}

const counter = (values: (number | null | undefined)[], {born = false, fromSecond = 0} = {}) => ({
  ...sampled(edge1, fromSecond, values),
  born,
})

const window = {startMs: 2000, endMs: 5000}

describe('increase', () => {
  it.each([
    ['counts between the last samples at or before the edges', [0, 5, 10, 13, 17, 20, 99], 10],
    ['counts nothing for a counter at rest', [7, 7, 7, 7, 7, 7], 0],
    ['counts from zero after a restart', [0, 5, 10, 12, 3, 4], 2 + 3 + 1],
    ['counts two restarts', [0, 5, 10, 1, 0, 4], 1 + 0 + 4],
    ['skips stale samples', [0, 5, 10, null, null, 20], 10],
    ['keeps what a vanished counter had', [0, 5, 10, 13, null, null], 3],
    ['reaches back when the scrape at the start is missing', [0, 5, undefined, 13, 17, 20], 15],
    ['reaches back when the scrape at the end is missing', [0, 5, 10, 13, 17, undefined, 30], 7],
    ['ignores a NaN', [0, 5, 10, Number.NaN, 17, 20], 10],
    ['counts nothing for a counter that vanished before', [0, 5, undefined, undefined], 0],
  ])('%s', (_, values, expected) => {
    expect(increase(counter(values), window)).toBe(expected)
  })

  it('counts a born counter from zero', () => {
    expect(increase(counter([4, 9], {born: true, fromSecond: 4}), window)).toBe(9)
  })

  it('takes the first sample of a counter older than the record as a baseline', () => {
    expect(increase(counter([4, 9], {fromSecond: 4}), window)).toBe(5)
  })

  it('does not know a counter that appears after the window, or has no values', () => {
    expect(increase(counter([4, 9], {born: true, fromSecond: 6}), window)).toBeUndefined()
    expect(increase(counter([null, null]), window)).toBeUndefined()
  })

  it('splits a stretch between two windows without losing or doubling an event', () => {
    const one = counter([0, 5, 10, 3, 17, 20])
    const [first, second] = [
      increase(one, {startMs: 0, endMs: 3000}),
      increase(one, {startMs: 3000, endMs: 5000}),
    ]
    expect((first ?? 0) + (second ?? 0)).toBe(increase(one, {startMs: 0, endMs: 5000}))
  })
})

describe('countersOf', () => {
  const old = sampled({...edge1, code: '200'}, 0, [100, 110, 120, 130])
  const births = (...series: Series[]): boolean[] => countersOf([old, ...series], 1000).map(({born}) => born)

  it('takes what is there at the first scrape of the record as older than it', () => {
    expect(births()).toEqual([false])
  })

  it('sees that a new label value of a known instance was born', () => {
    expect(births(sampled({...edge1, code: '503'}, 2, [1, 2]))).toEqual([false, true])
  })

  it('sees that all counters of an instance that appears later were born', () => {
    expect(births(sampled({job: 'edge', instance: 'edge-2'}, 3, [40]))).toEqual([false, true])
  })

  it('allows an instance two intervals to be scraped for the first time', () => {
    expect(births(sampled({job: 'order', instance: 'order-1'}, 2, [40]))).toEqual([false, false])
  })

  it('does not take a stale marker for a first sample', () => {
    expect(births(sampled({...edge1, code: '503'}, 0, [null, null, 3]))).toEqual([false, true])
  })
})

describe('increaseOfAll', () => {
  it('adds up replicas one by one, so that a restart of one costs nothing of the other', () => {
    expect(increaseOfAll([counter([0, 5, 10, 12, 3, 4]), counter([0, 1, 2, 3, 4, 5])], window)).toBe(6 + 3)
  })

  it('is unknown without counters, and zero with counters at rest', () => {
    expect(increaseOfAll([], window)).toBeUndefined()
    expect(increaseOfAll([counter([3, 3, 3])], window)).toBe(0)
  })
})
