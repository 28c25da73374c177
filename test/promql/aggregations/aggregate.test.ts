import {describe, expect, it} from 'vitest'
import {evaluateInstant} from '../../../src/promql/index.js'
import {pointsOver, vectorAt} from '../answers.js'
import {storageOf} from '../storage-of.js'

const storage = storageOf(
  '10s',
  'm{job="a", pod="1"} 1 10',
  'm{job="a", pod="2"} 3 2',
  'm{job="b", pod="1"} 8 1',
  'm{job="b", pod="2"} NaN NaN',
  'size 1 2',
)

describe('aggregations', () => {
  it.each([
    ['sum by (job) (m{job="a"})', {'job=a': 4}],
    ['sum without (pod, job) (m{job="a"})', {'': 4}],
    ['sum by (nowhere) (m{job="a"})', {'': 4}],
    ['avg(m{job="a"})', {'': 2}],
    ['min(m)', {'': 1}],
    ['max by (job) (m)', {'job=a': 3, 'job=b': 8}],
    ['count by (pod) (m)', {'pod=1': 2, 'pod=2': 2}],
    ['group(m)', {'': 1}],
    ['stdvar(m{job="a"})', {'': 1}],
    ['quantile(0.5, m{job="a"})', {'': 2}],
    ['topk(1, m)', {'__name__=m,job=b,pod=1': 8}],
    ['bottomk by (job) (1, m)', {'__name__=m,job=a,pod=1': 1, '__name__=m,job=b,pod=1': 8}],
    ['topk(0, m)', {}],
    [
      'count_values by (job) ("value", m)',
      {'job=a,value=1': 1, 'job=a,value=3': 1, 'job=b,value=8': 1, 'job=b,value=NaN': 1},
    ],
    ['sum(nothing)', {}],
  ])('%s', (expression, expected) => {
    expect(vectorAt(storage, expression, 0)).toEqual(expected)
  })

  const members = storageOf(
    '10s',
    'w{pod="1"} 1     1.5e308 inf  _  5',
    'w{pod="2"} 1e100 1.5e308 1    4  _',
    'w{pod="3"} 1     _       -inf _  NaN',
    'w{pod="4"} -1e100 _      1    10 7',
  )

  // In columns: a value that cancels out, a sum that overflows, both infinities, members that are not there, a NaN.
  it.each([
    ['sum(w)', [2, Number.POSITIVE_INFINITY, Number.NaN, 14, Number.NaN]],
    ['avg(w)', [0.5, 1.5e308, Number.NaN, 7, Number.NaN]],
    ['min(w)', [-1e100, 1.5e308, Number.NEGATIVE_INFINITY, 4, 5]],
    ['max(w)', [1e100, 1.5e308, Number.POSITIVE_INFINITY, 10, 7]],
    ['count(w)', [4, 2, 4, 2, 3]],
    ['group(w)', [1, 1, 1, 1, 1]],
    ['stdvar(w{pod=~"[24]"})', [1e200, 0, 0, 9, 0]],
    ['stddev(w{pod=~"[24]"})', [1e100, 0, 0, 3, 0]],
    ['stdvar(w{pod="3"})', [0, Number.NaN, Number.NaN]],
    ['quantile(0.5, w)', [1, 1.5e308, 1, 7, 5]],
  ])('%s goes from step to step', (expression, expected) => {
    const points = pointsOver(members, expression, {
      startMs: 0,
      endMs: 40_000,
      stepMs: 10_000,
      lookbackMs: 5000,
    })
    expect(points['']?.map(([, value]) => value)).toEqual(expected)
  })

  const ties = storageOf(
    '10s',
    ...['1', '1', '2', '1', 'NaN', '0', '1'].map((v, pod) => `tie{pod="${pod}"} ${v}`),
  )

  // As a Prometheus 3.5 answers that was sent the series in this order.
  it.each([
    ['topk(2, tie)', ['2', '1']],
    ['topk(3, tie)', ['2', '0', '1']],
    ['bottomk(2, tie)', ['5', '1']],
    ['topk(9, tie)', ['2', '0', '3', '1', '6', '5', '4']],
    ['bottomk(4, tie)', ['5', '1', '3', '0']],
    ['topk(1, tie * NaN)', ['0']],
    ['bottomk(6, tie)', ['5', '6', '0', '3', '1', '2']],
  ])('keeps of equal values those that Prometheus keeps: %s', (expression, pods) => {
    const {value} = evaluateInstant(expression, ties, 0)
    expect(value.type === 'vector' && value.samples.map(({labels}) => labels['pod'])).toEqual(pods)
  })

  it('takes the size of topk from each step', () => {
    expect(pointsOver(storage, 'topk(scalar(size), m)', {startMs: 0, endMs: 10_000, stepMs: 10_000})).toEqual(
      {
        '__name__=m,job=b,pod=1': [[0, 8]],
        '__name__=m,job=a,pod=1': [[10, 10]],
        '__name__=m,job=a,pod=2': [[10, 2]],
      },
    )
  })

  it.each([
    ['topk(NaN, m)', 'Parameter value is NaN'],
    ['topk(1e30, m)', 'Scalar value 1e+30 overflows int64'],
    ['count_values("a\\xc5z", m)', 'invalid label name "a\\xc5z"'],
  ])('refuses %s', (expression, message) => {
    expect(() => vectorAt(storage, expression, 0)).toThrow(message)
  })

  it('warns about a quantile that cannot be', () => {
    expect(evaluateInstant('quantile(1.5, m)', storage, 0).warnings).toEqual([
      'PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:10)',
    ])
  })
})
