import {describe, expect, it} from 'vitest'
import {checkRoom, usersOf} from '../../../src/engines/k6/virtual-users.js'
import {constantRate, type PlanSketch, planOf} from '../../fakes/engine-plan.js'

const plan = (sketch: Partial<PlanSketch> = {}) =>
  planOf({
    endpoints: {shop: 'http://shop.test'},
    requests: [{name: 'browse'}],
    rates: constantRate(50, 1000),
    timeoutMs: 2000,
    ...sketch,
  })

const plenty = {bytes: 1e12, files: Number.POSITIVE_INFINITY}

describe('virtual users', () => {
  it.each([
    ['the rate for as long as the timeout, and a fifth more', {}, 120],
    ['the longest timeout of a request', {requests: [{name: 'slow', timeoutMs: 10_000}]}, 600],
    ['the highest rate', {rates: [{startMs: 0, endMs: 1000, fromPerSecond: 0, toPerSecond: 200}]}, 480],
    ['no more than may be in flight', {maxInFlight: 30}, 30],
    ['one at the least', {rates: constantRate(0.01, 1000)}, 1],
  ])('are enough for %s', (_what, sketch, users) => {
    expect(usersOf(plan(sketch))).toEqual([users])
  })

  it('are shared out by need when not all of them may be in flight', () => {
    const one = plan({maxInFlight: 100})
    const [stream] = one.scenario.load.streams
    if (stream === undefined) throw new Error('no stream')
    const load = {...one.scenario.load, streams: [stream, {...stream, name: 'second'}]}
    const second = {name: 'second', rates: constantRate(150, 1000)}
    const both = {...one, scenario: {...one.scenario, load}, streams: [...one.streams, second]}
    expect(usersOf(both)).toEqual([25, 75])
  })

  it('are refused with the numbers where memory is short', () => {
    expect(() => checkRoom([1000], plan(), {...plenty, bytes: 300e6})).toThrow(
      'k6 would need 1000 virtual users for 50/s that may each take 2000 ms: 500 MB at the least, and 300 MB are free',
    )
  })

  it('are refused with the numbers where one process may not open so many sockets', () => {
    expect(() => checkRoom([1000], plan(), {...plenty, files: 1024})).toThrow(
      /1000 virtual users .* one process may open 1024 files/,
    )
  })

  it('have room otherwise', () => {
    expect(() => checkRoom([1000], plan(), plenty)).not.toThrow()
  })
})
