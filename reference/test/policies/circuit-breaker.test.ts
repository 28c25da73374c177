import {describe, expect, test} from 'vitest'
import {createCircuitBreaker} from '../../src/policies/circuit-breaker.js'
import {CallFailed} from '../../src/policies/failure.js'
import {manualClock} from '../fakes/manual-clock.js'

const timeout = new CallFailed('timeout', 'too late', {to: 'payment'})
const declined = new Error('not enough stock')
const fail = () => Promise.reject(timeout)
const succeed = async () => 'done'

const setUp = () => {
  const clock = manualClock()
  let opened = 0
  const breaker = createCircuitBreaker({
    to: 'payment',
    windowMs: 2_000,
    minimumCalls: 10,
    failureRatio: 0.5,
    openMs: 2_000,
    clock,
    isFailure: (thrown) => thrown === timeout,
    onOpen: () => opened++,
  })
  const repeat = async (times: number, call: () => Promise<unknown>): Promise<void> => {
    for (let done = 0; done < times; done++) await breaker.run(call).catch(() => {})
  }
  return {clock, breaker, repeat, opened: () => opened}
}

const deferred = () => {
  let settle = (_failed: boolean): void => {}
  const promise = new Promise<string>((resolve, reject) => {
    settle = (failed) => (failed ? reject(timeout) : resolve('done'))
  })
  return {promise, settle: (failed: boolean) => settle(failed)}
}

describe('a closed circuit', () => {
  test('opens when half of ten calls failed', async () => {
    const {breaker, repeat, opened} = setUp()
    await repeat(5, succeed)
    await repeat(4, fail)
    expect(breaker.state()).toBe('closed')
    await repeat(1, fail)
    expect(breaker.state()).toBe('open')
    expect(opened()).toBe(1)
  })

  test('stays closed below ten calls, however many fail', async () => {
    const {breaker, repeat} = setUp()
    await repeat(9, fail)
    expect(breaker.state()).toBe('closed')
  })

  test('stays closed below half', async () => {
    const {breaker, repeat} = setUp()
    await repeat(51, succeed)
    await repeat(49, fail)
    expect(breaker.state()).toBe('closed')
  })

  test('forgets failures that are older than its window', async () => {
    const {clock, breaker, repeat} = setUp()
    await repeat(9, fail)
    await clock.advance(2_100)
    await repeat(9, fail)
    expect(breaker.state()).toBe('closed')
  })

  test('does not count what is not the callee’s failure', async () => {
    const {breaker, repeat} = setUp()
    await repeat(30, () => Promise.reject(declined))
    expect(breaker.state()).toBe('closed')
  })

  test('passes on answers and errors unchanged', async () => {
    const {breaker} = setUp()
    await expect(breaker.run(succeed)).resolves.toBe('done')
    await expect(breaker.run(fail)).rejects.toBe(timeout)
  })
})

describe('an open circuit', () => {
  const opened = async () => {
    const parts = setUp()
    await parts.repeat(10, fail)
    return parts
  }

  test('rejects without calling', async () => {
    const {clock, breaker} = await opened()
    await clock.advance(1_999)
    let called = false
    const call = async () => {
      called = true
    }
    await expect(breaker.run(call)).rejects.toMatchObject({kind: 'rejected', to: 'payment'})
    expect(called).toBe(false)
    expect(breaker.rejects()).toBe(true)
  })

  test('lets exactly one probe through and rejects the others at once', async () => {
    const {clock, breaker} = await opened()
    await clock.advance(2_000)
    const probe = deferred()
    const flags: boolean[] = []
    const calls = Array.from({length: 10}, () =>
      breaker.run((isProbe) => {
        flags.push(isProbe)
        return probe.promise
      }),
    )
    const others = await Promise.allSettled(calls.slice(1))
    expect(others.map(({status}) => status)).toEqual(Array(9).fill('rejected'))
    expect(breaker.state()).toBe('half-open')
    probe.settle(false)
    await expect(calls[0]).resolves.toBe('done')
    expect(flags).toEqual([true])
    expect(breaker.state()).toBe('closed')
  })

  test('stays open for another while when the probe fails', async () => {
    const {clock, breaker, opened: times} = await opened()
    await clock.advance(2_000)
    await breaker.run(fail).catch(() => {})
    expect(breaker.state()).toBe('open')
    expect(times()).toBe(2)
    await clock.advance(1_999)
    expect(breaker.rejects()).toBe(true)
    await clock.advance(1)
    expect(breaker.rejects()).toBe(false)
  })

  test('starts with an empty window when it closes', async () => {
    const {clock, breaker, repeat} = await opened()
    await clock.advance(2_000)
    await breaker.run(succeed)
    await repeat(9, fail)
    expect(breaker.state()).toBe('closed')
  })

  test('is not disturbed by calls that began before it opened', async () => {
    const {clock, breaker, repeat} = setUp()
    const late = Array.from({length: 20}, deferred)
    const lateCalls = late.map(({promise}) => breaker.run(() => promise).catch(() => {}))
    await repeat(10, fail)
    await clock.advance(2_000)
    await breaker.run(succeed)
    for (const call of late) call.settle(true)
    await Promise.all(lateCalls)
    expect(breaker.state()).toBe('closed')
  })

  test('closes on reset', async () => {
    const {breaker} = await opened()
    breaker.reset()
    await expect(breaker.run(succeed)).resolves.toBe('done')
  })
})
