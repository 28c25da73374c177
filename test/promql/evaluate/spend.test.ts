import {describe, expect, it} from 'vitest'
import {evaluateInstant, evaluateRange, memoryStorage, PromqlError} from '../../../src/promql/index.js'

const storage = memoryStorage(
  ['a', 'b'].map((instance) => ({
    labels: {__name__: 'x', instance},
    t: Array.from({length: 10}, (_, index) => index * 1000),
    v: Array.from({length: 10}, (_, index) => index),
  })),
)

describe('the room that an evaluation takes', () => {
  it.each([
    ['vector(1)', 4],
    ['x', 4 + 8],
    ['sum(x)', 4 + 8],
    // The steps, the samples read, then the results.
    ['rate(x[5s])', 4 + 2 * 8 + 2 * 4],
    ['count_values("value", x)', 4 + 8 + 4 * 4],
    ['x + x', 4 + 8 + 8 + 8],
  ])('is told for %s', (expression, expected) => {
    let held = 0
    const spend = (samples: number): void => {
      held += samples
    }
    evaluateRange(expression, storage, {startMs: 4000, endMs: 7000, stepMs: 1000, spend})
    expect(held).toBe(expected)
  })

  it.each([
    ['sum_over_time(vector(1)[9000d:1ms])', 9000],
    ['rate(x[5s])', 20],
    ['x', 9],
    ['count_values("value", x)', 20],
  ])('ends above a limit with words: %s', (expression, maxSamples) => {
    const evaluate = () =>
      evaluateRange(expression, storage, {startMs: 4000, endMs: 7000, stepMs: 1000, maxSamples})
    expect(evaluate).toThrow(PromqlError)
    expect(evaluate).toThrow('query processing would load too many samples into memory in query execution')
  })

  it.each(['sum_over_time(vector(1)[9000d:1ms])', 'time()'])(
    'ends %s above 50 million samples when no limit is named',
    (expression) => {
      const span = {startMs: 0, endMs: 9e12, stepMs: 1000}
      expect(() => evaluateRange(expression, storage, span)).toThrow('too many samples')
    },
  )

  it('looks at the limits between the windows of a single series', () => {
    const limit = new Error('too long')
    let looks = 0
    const spend = (): void => {
      if (++looks > 20) throw limit
    }
    const one = memoryStorage([
      {labels: {__name__: 'x'}, t: Array.from({length: 10_000}, (_, at) => at), v: Array(10_000).fill(1)},
    ])
    const windows = {startMs: 9000, endMs: 19_000, stepMs: 1, spend}
    expect(() => evaluateRange('sum_over_time(x[10s])', one, windows)).toThrow(limit)
  })

  it('ends with what the limit throws, before the room of a subquery is taken', () => {
    const limit = new Error('too much')
    const spend = (samples: number): void => {
      if (samples > 1e9) throw limit
    }
    expect(() => evaluateInstant('sum_over_time(vector(1)[9000d:1ms])', storage, 9000, {spend})).toThrow(
      limit,
    )
  })
})
