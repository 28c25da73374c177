import {describe, expect, test} from 'vitest'
import {createBackoff} from '../../src/policies/backoff.js'
import {withRetry} from '../../src/policies/retry.js'
import {createRetryBudget} from '../../src/policies/retry-budget.js'
import {seededRandom} from '../../src/service/random.js'
import {manualClock} from '../fakes/manual-clock.js'

describe('withRetry', () => {
  const setUp = (changes = {}) => {
    const clock = manualClock()
    let attempts = 0
    const attempt = async (): Promise<number> => {
      attempts++
      throw new Error(`attempt ${attempts}`)
    }
    const rules = {
      maxRetries: 2,
      mayRetry: () => true,
      nextDelayMs: () => 20,
      takeFromBudget: () => true,
      clock,
      ...changes,
    }
    return {clock, attempts: () => attempts, result: withRetry(rules, attempt)}
  }

  test('makes three attempts at most and gives the last failure', async () => {
    const {clock, attempts, result} = setUp()
    const outcome = expect(result).rejects.toThrow('attempt 3')
    await clock.advance(1_000)
    await outcome
    expect(attempts()).toBe(3)
  })

  test('waits before each retry', async () => {
    const {clock, attempts, result} = setUp()
    const outcome = expect(result).rejects.toThrow()
    await clock.advance(19)
    expect(attempts()).toBe(1)
    await clock.advance(1)
    expect(attempts()).toBe(2)
    await clock.advance(20)
    await outcome
  })

  test.each([
    ['the failure is not one to retry', {mayRetry: () => false}],
    ['the budget is empty', {takeFromBudget: () => false}],
    ['no retries are allowed', {maxRetries: 0}],
  ])('does not retry when %s', async (_, changes) => {
    const {attempts, result} = setUp(changes)
    await expect(result).rejects.toThrow('attempt 1')
    expect(attempts()).toBe(1)
  })

  test('stops at the first success', async () => {
    const clock = manualClock()
    let attempts = 0
    const attempt = async () => {
      attempts++
      if (attempts < 2) throw new Error('not yet')
      return 'done'
    }
    const rules = {
      maxRetries: 2,
      mayRetry: () => true,
      nextDelayMs: () => 20,
      takeFromBudget: () => true,
      clock,
    }
    const result = withRetry(rules, attempt)
    await clock.advance(100)
    await expect(result).resolves.toBe('done')
    expect(attempts).toBe(2)
  })
})

describe('the retry budget', () => {
  const rules = {windowMs: 10_000, ratio: 0.2, minimumPerSecond: 2}
  const takeAll = (budget: ReturnType<typeof createRetryBudget>): number => {
    let taken = 0
    while (taken < 1_000 && budget.takeRetry()) taken++
    return taken
  }

  test('allows a fifth of the calls, and two a second on top', () => {
    const budget = createRetryBudget(rules, manualClock())
    expect(takeAll(budget)).toBe(20)
    for (let call = 0; call < 100; call++) budget.called()
    expect(takeAll(budget)).toBe(20)
  })

  test('comes back as the window moves on', async () => {
    const clock = manualClock()
    const budget = createRetryBudget(rules, clock)
    takeAll(budget)
    await clock.advance(8_000)
    expect(takeAll(budget)).toBe(0)
    await clock.advance(2_000)
    expect(takeAll(budget)).toBe(20)
  })
})

describe('the backoff', () => {
  const rules = {baseMs: 15, capMs: 250}

  test('without jitter doubles up to its cap, the same for everyone', () => {
    const next = createBackoff(rules, false, seededRandom(1))
    expect(Array.from({length: 6}, next)).toEqual([15, 30, 60, 120, 240, 250])
  })

  test('with jitter stays between base and three times the wait before', () => {
    const next = createBackoff(rules, true, seededRandom(1))
    let previous = 15
    for (let draw = 0; draw < 100; draw++) {
      const delay = next()
      expect(delay).toBeGreaterThanOrEqual(15)
      expect(delay).toBeLessThanOrEqual(Math.min(250, 3 * previous))
      previous = delay
    }
  })

  test('with jitter differs between seeds and repeats with the same', () => {
    const draws = (seed: number) => Array.from({length: 5}, createBackoff(rules, true, seededRandom(seed)))
    expect(draws(1)).toEqual(draws(1))
    expect(draws(1)).not.toEqual(draws(2))
  })
})
