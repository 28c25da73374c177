import {describe, expect, it} from 'vitest'
import {evaluateInstant, evaluateRange, memoryStorage} from '../../../src/promql/index.js'

const storage = memoryStorage(
  ['a', 'b'].map((instance) => ({
    labels: {__name__: 'x', instance},
    t: Array.from({length: 10}, (_, index) => index * 1000),
    v: Array.from({length: 10}, (_, index) => index),
  })),
)

describe('the room that an evaluation takes', () => {
  it.each([
    ['x', 8],
    ['sum(x)', 8],
    // The samples read, then the results.
    ['rate(x[5s])', 2 * 8 + 2 * 4],
    ['vector(1)', 0],
  ])('is told for %s', (expression, expected) => {
    let held = 0
    const spend = (samples: number): void => {
      held += samples
    }
    evaluateRange(expression, storage, {startMs: 4000, endMs: 7000, stepMs: 1000, spend})
    expect(held).toBe(expected)
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
