import {describe, expect, test} from 'vitest'
import {startHealthChecks} from '../../src/policies/health-check.js'
import {createLoadBalancer} from '../../src/policies/load-balancer.js'
import {manualClock} from '../fakes/manual-clock.js'

const one = {replica: 'catalog-1', url: 'http://127.0.0.1:1'}
const two = {replica: 'catalog-2', url: 'http://127.0.0.1:2'}
const three = {replica: 'catalog-3', url: 'http://127.0.0.1:3'}
const none = new Set<typeof one>()

const setUp = (backends = [one, two, three], on = {health: true, outlier: true}) => {
  const clock = manualClock()
  const balancer = createLoadBalancer({
    backends,
    clock,
    outlierFailures: 3,
    ejectionMs: 2_000,
    usesHealthChecks: () => on.health,
    usesOutlierEjection: () => on.outlier,
  })
  const picks = (count: number) => Array.from({length: count}, () => balancer.pick(none).replica)
  return {clock, balancer, picks, on}
}

describe('the load balancer', () => {
  test('takes the backends in turn', () => {
    expect(setUp().picks(4)).toEqual(['catalog-1', 'catalog-2', 'catalog-3', 'catalog-1'])
  })

  test('skips a backend whose health check failed, and spreads its share evenly', () => {
    const {balancer, picks} = setUp()
    balancer.mark(two, false)
    expect(picks(4)).toEqual(['catalog-1', 'catalog-3', 'catalog-1', 'catalog-3'])
    balancer.mark(two, true)
    expect(picks(3)).toContain('catalog-2')
  })

  test('ejects a backend after three failures in a row, for two seconds', async () => {
    const {clock, balancer, picks} = setUp()
    balancer.report(one, true)
    balancer.report(one, true)
    expect(balancer.isHealthy(one)).toBe(true)
    balancer.report(one, true)
    expect(picks(4)).not.toContain('catalog-1')
    await clock.advance(2_000)
    expect(picks(3)).toContain('catalog-1')
  })

  test('counts only failures in a row', () => {
    const {balancer} = setUp()
    for (const failed of [true, true, false, true, true]) balancer.report(one, failed)
    expect(balancer.isHealthy(one)).toBe(true)
  })

  test('uses all backends when none is healthy', () => {
    const {balancer, picks} = setUp([one, two])
    balancer.mark(one, false)
    balancer.mark(two, false)
    expect(picks(2).sort()).toEqual(['catalog-1', 'catalog-2'])
  })

  test('gives a retry another backend when a healthy one is left', () => {
    const {balancer} = setUp([one, two])
    balancer.pick(none)
    balancer.pick(none)
    // It would be the turn of the first.
    expect(balancer.pick(new Set([one]))).toBe(two)
    expect(balancer.pick(new Set([one, two]))).toBeDefined()
  })

  test('prefers a healthy backend that failed once to an ejected one', () => {
    const {balancer} = setUp([one, two])
    balancer.mark(two, false)
    expect(balancer.pick(new Set([one]))).toBe(one)
  })

  test('ignores health checks and outliers while they are switched off', () => {
    const {balancer, picks, on} = setUp([one, two])
    balancer.mark(one, false)
    for (let failure = 0; failure < 3; failure++) balancer.report(two, true)
    on.health = false
    on.outlier = false
    expect(picks(2)).toEqual(['catalog-1', 'catalog-2'])
  })
})

describe('health checks', () => {
  const start = (answer: () => Promise<boolean>, isOn = () => true) => {
    const clock = manualClock()
    const marks: boolean[] = []
    const stop = startHealthChecks({
      backends: [one],
      intervalMs: 500,
      timeoutMs: 300,
      failures: 2,
      clock,
      isOn,
      ask: answer,
      mark: (_, healthy) => marks.push(healthy),
    })
    return {clock, marks, stop}
  }

  test('ask at fixed intervals, and stop', async () => {
    const {clock, marks, stop} = start(async () => true)
    await clock.advance(1_100)
    expect(marks).toEqual([true, true, true])
    stop()
    await clock.advance(5_000)
    expect(marks).toHaveLength(3)
    expect(clock.pending()).toBe(0)
  })

  test('believe "not ready" at once', async () => {
    const {clock, marks} = start(async () => false)
    await clock.advance(10)
    expect(marks).toEqual([false])
  })

  test('believe silence when it repeats', async () => {
    const {clock, marks} = start(() => new Promise<boolean>(() => {}))
    await clock.advance(700)
    expect(marks).toEqual([])
    await clock.advance(200)
    expect(marks).toEqual([false])
  })

  test('forgive one silence between answers', async () => {
    let asked = 0
    const {clock, marks} = start(async () => {
      asked++
      if (asked % 2 === 0) throw new Error('reset')
      return true
    })
    await clock.advance(3_000)
    expect(marks).not.toContain(false)
  })

  test('ask nothing while they are switched off', async () => {
    let asked = 0
    const ask = async () => {
      asked++
      return true
    }
    const {clock} = start(ask, () => false)
    await clock.advance(2_000)
    expect(asked).toBe(0)
  })
})
