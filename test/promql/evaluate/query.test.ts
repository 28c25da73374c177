import {describe, expect, it} from 'vitest'
import {evaluateInstant, evaluateRange, type Matcher, parse, type Storage} from '../../../src/promql/index.js'
import {pointsOver, scalarAt, vectorAt} from '../answers.js'
import {storageOf} from '../storage-of.js'

const everyTen = (startMs: number, endMs: number) => ({startMs, endMs, stepMs: 10_000})

describe('staleness', () => {
  const storage = storageOf('10s', 'up{pod="a"} 1 2 stale 4', 'up{pod="b"} 7')

  it('ends a series at its marker and lets it come back', () => {
    expect(pointsOver(storage, 'up{pod="a"}', everyTen(0, 40_000))).toEqual({
      '__name__=up,pod=a': [
        [0, 1],
        [10, 2],
        [30, 4],
        [40, 4],
      ],
    })
  })

  it.each([
    [299, {'__name__=up,pod=b': 7}],
    [300, {}],
  ])('forgets an unmarked sample after the lookback (%d s)', (seconds, expected) => {
    expect(vectorAt(storage, 'up{pod="b"}', seconds)).toEqual(expected)
  })

  it('takes another lookback', () => {
    expect(vectorAt(storage, 'up{pod="b"}', 15, {lookbackMs: 15_000})).toEqual({})
    expect(vectorAt(storage, 'up{pod="b"}', 15, {lookbackMs: 15_001})).toEqual({'__name__=up,pod=b': 7})
    expect(vectorAt(storage, 'up{pod="b"}', 15, {lookbackMs: 15_000, rangeStart: 'closed'})).toEqual({
      '__name__=up,pod=b': 7,
    })
  })

  it('does not mix up a NaN sample with a marker', () => {
    expect(vectorAt(storageOf('10s', 'x NaN'), 'x', 0)).toEqual({'__name__=x': Number.NaN})
  })
})

describe('evaluateInstant', () => {
  const storage = storageOf('10s', 'a{x="1"} 0+1x30', 'a{x="2"} 0+2x30')

  it('answers each type', () => {
    expect(evaluateInstant('1 + 1', storage, 0).value).toEqual({type: 'scalar', value: 2})
    expect(evaluateInstant('"text"', storage, 0).value).toEqual({type: 'string', value: 'text'})
    expect(evaluateInstant('a{x="1"}', storage, 25_000).value).toEqual({
      type: 'vector',
      samples: [{labels: {__name__: 'a', x: '1'}, value: 2, tMs: 25_000}],
    })
    expect(evaluateInstant('a{x="1"}[20s] offset 5s', storage, 35_000).value).toEqual({
      type: 'matrix',
      series: [{labels: {__name__: 'a', x: '1'}, t: [20_000, 30_000], v: [2, 3]}],
    })
  })

  it('looks back by an offset, ahead by a negative one, and to a fixed time by @', () => {
    expect(vectorAt(storage, 'a{x="1"} offset 50s', 100)).toEqual({'__name__=a,x=1': 5})
    expect(vectorAt(storage, 'a{x="1"} offset -50s', 100)).toEqual({'__name__=a,x=1': 15})
    expect(vectorAt(storage, 'a{x="1"} @ 30 offset 10s', 100)).toEqual({'__name__=a,x=1': 2})
  })

  it('aligns the steps of a subquery to the epoch', () => {
    const {value} = evaluateInstant('a{x="1"}[60s:20s]', storage, 70_000)
    expect(value).toMatchObject({series: [{t: [20_000, 40_000, 60_000], v: [2, 4, 6]}]})
  })

  it('keeps the order of sort and topk', () => {
    const order = (expression: string) => Object.keys(vectorAt(storage, expression, 100))
    expect(order('sort_desc(a)')).toEqual(['__name__=a,x=2', '__name__=a,x=1'])
    expect(order('sort(-a)')).toEqual(['x=2', 'x=1'])
    expect(order('topk(2, a)')).toEqual(['__name__=a,x=2', '__name__=a,x=1'])
  })

  it('tells the time of the sample, or of the evaluation for a computed value', () => {
    expect(vectorAt(storage, 'timestamp(a{x="1"})', 47)).toEqual({'x=1': 40})
    expect(vectorAt(storage, 'timestamp(a{x="1"} * 1)', 47)).toEqual({'x=1': 47})
    expect(scalarAt(storage, 'time()', 47)).toBe(47)
  })
})

describe('evaluateRange', () => {
  const storage = storageOf('10s', 'a{x="1"} 0+1x30', 'a{x="2"} 0+2x30')

  it('slides windows as if each step were evaluated on its own', () => {
    const expression = 'sum by (x) (rate(a[1m])) + max_over_time(a[25s]) - stddev_over_time(a[40s:5s])'
    const range = pointsOver(storage, expression, {startMs: 0, endMs: 300_000, stepMs: 7000})
    for (const [labels, points] of Object.entries(range)) {
      for (const [seconds, value] of points)
        expect(vectorAt(storage, expression, seconds)[labels]).toBe(value)
    }
    expect(Object.values(range).map((points) => points.length)).toEqual([41, 41])
  })

  it('asks the storage once per selector', () => {
    const asked: [Matcher[], number, number][] = []
    const counting: Storage = {
      select: (...request) => {
        asked.push(request)
        return storage.select(...request)
      },
    }
    evaluateRange('rate(a[1m] offset 10s) / a', counting, everyTen(100_000, 200_000))
    expect(asked.map(([, fromMs, toMs]) => [fromMs, toMs])).toEqual([
      [30_000, 190_000],
      [-200_000, 200_000],
    ])
  })

  it('holds @ start() and @ end() for all steps', () => {
    expect(pointsOver(storage, 'a{x="1"} @ start() + a{x="1"} @ end()', everyTen(10_000, 30_000))).toEqual({
      'x=1': [
        [10, 4],
        [20, 4],
        [30, 4],
      ],
    })
  })

  it('answers a scalar as one series without labels', () => {
    expect(pointsOver(storage, 'time()', everyTen(10_000, 20_000))).toEqual({
      '': [
        [10, 10],
        [20, 20],
      ],
    })
  })

  it.each([
    ['a[5m]', everyTen(0, 10_000), 'invalid expression type "range vector" for range query'],
    ['"a"', everyTen(0, 10_000), 'invalid expression type "string" for range query'],
    ['a', everyTen(10_000, 0), 'the end of a range query is before its start'],
    ['a', {startMs: 0, endMs: 1, stepMs: 0}, 'the step of a range query must be greater than 0'],
  ])('refuses %s over %j', (expression, options, message) => {
    expect(() => evaluateRange(expression, storage, options)).toThrow(message)
  })

  it('takes a parsed expression', () => {
    expect(evaluateRange(parse('a'), storage, everyTen(0, 0)).value.series).toHaveLength(2)
  })
})
