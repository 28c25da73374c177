import {describe, expect, it} from 'vitest'
import {evaluateInstant} from '../../../src/promql/index.js'
import {vectorAt} from '../answers.js'
import {storageOf} from '../storage-of.js'

const hundred = storageOf(
  '10s',
  'latency_bucket{le="0.1", job="a"} 50',
  'latency_bucket{le="0.2", job="a"} 90',
  'latency_bucket{le="0.5", job="a"} 98',
  'latency_bucket{le="+Inf", job="a"} 100',
)

describe('histogram_quantile', () => {
  it.each([
    ['starts the first bucket at zero', 0.25, 0.05],
    ['is exact on a bucket bound', 0.5, 0.1],
    ['goes linearly through a bucket', 0.7, 0.15],
    ['saturates at the last finite bound', 0.99, 0.5],
    ['is -Inf below 0', -1, Number.NEGATIVE_INFINITY],
    ['is +Inf above 1', 1.1, Number.POSITIVE_INFINITY],
  ])('%s', (_behaviour, q, expected) => {
    const quantile = vectorAt(hundred, `histogram_quantile(${q}, latency_bucket)`, 5)['job=a']
    if (Number.isFinite(expected)) expect(quantile).toBeCloseTo(expected, 9)
    else expect(quantile).toBe(expected)
  })

  it.each([
    ['without a +Inf bucket', ['h_bucket{le="1"} 5', 'h_bucket{le="2"} 6']],
    ['without observations', ['h_bucket{le="1"} 0', 'h_bucket{le="+Inf"} 0']],
    ['with the +Inf bucket alone', ['h_bucket{le="+Inf"} 7']],
  ])('is NaN %s', (_case, series) => {
    expect(vectorAt(storageOf('10s', ...series), 'histogram_quantile(0.5, h_bucket)', 5)).toEqual({
      '': Number.NaN,
    })
  })

  it('returns a negative first bound as it is', () => {
    const storage = storageOf('10s', 'h_bucket{le="-1"} 5', 'h_bucket{le="+Inf"} 6')
    expect(vectorAt(storage, 'histogram_quantile(0.5, h_bucket)', 5)).toEqual({'': -1})
  })

  it('repairs counts that fall, and says so', () => {
    const storage = storageOf('10s', 'h_bucket{le="1"} 8', 'h_bucket{le="2"} 6', 'h_bucket{le="+Inf"} 10')
    const {value, infos} = evaluateInstant('histogram_quantile(0.4, h_bucket)', storage, 5000)
    expect(value).toMatchObject({samples: [{value: 0.5}]})
    expect(infos).toEqual([expect.stringContaining('needed to be fixed for monotonicity')])
  })

  it('warns about a bound that is no number and about a quantile beyond 1', () => {
    const storage = storageOf('10s', 'h_bucket{le="fast"} 8', 'h_bucket{le="+Inf"} 10')
    expect(evaluateInstant('histogram_quantile(2, h_bucket)', storage, 5000).warnings).toEqual([
      'PromQL warning: quantile value should be between 0 and 1, got 2 (1:20)',
      'PromQL warning: bucket label "le" is missing or has a malformed value of "fast" for metric name "h_bucket" (1:23)',
    ])
  })

  it('works on summed rates, group by group', () => {
    const storage = storageOf(
      '10s',
      'h_bucket{le="1", pod="a"} 0+1x9',
      'h_bucket{le="1", pod="b"} 0+3x9',
      'h_bucket{le="+Inf", pod="a"} 0+4x9',
      'h_bucket{le="+Inf", pod="b"} 0+4x9',
    )
    const expression = 'histogram_quantile(0.25, sum by (le) (rate(h_bucket[1m])))'
    expect(vectorAt(storage, expression, 90)['']).toBeCloseTo(0.5, 9)
  })
})

describe('histogram_fraction', () => {
  it.each([
    ['histogram_fraction(0.1, 0.2, latency_bucket)', 0.4],
    ['histogram_fraction(0.15, 0.5, latency_bucket)', 0.28],
    ['histogram_fraction(-Inf, 0.1, latency_bucket)', 0.5],
    ['histogram_fraction(0.5, Inf, latency_bucket)', 0.02],
    ['histogram_fraction(0.2, 0.1, latency_bucket)', 0],
  ])('%s', (expression, expected) => {
    expect(vectorAt(hundred, expression, 5)['job=a']).toBeCloseTo(expected, 9)
  })
})
