import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {paceOf} from '../../src/engines/k6/stages.js'
import {arrivalsOf} from '../../src/engines/pacer/arrivals.js'
import {dipped, expectedRequests, ratesOf} from '../../src/plan/rates.js'

const soak = ratesOf({kind: 'soak', ratePerSecond: 40, rampMs: 1000}, 10_000)

describe('rates with a dip', () => {
  it('have a share of the load in it, and all of it before and after, to the request', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 0, max: 9000}),
        fc.integer({min: 1, max: 9000}),
        fc.double({min: 0, max: 0.99, noNaN: true}),
        (startMs, lengthMs, share) => {
          const endMs = Math.min(10_000, startMs + lengthMs)
          const low = dipped(soak, {startMs, endMs, share})
          const parts = [
            [0, startMs, 1],
            [startMs, endMs, share],
            [endMs, 10_000, 1],
          ] as const
          for (const [from, to, factor] of parts) {
            const all = expectedRequests(soak, from, to)
            expect(expectedRequests(low, from, to)).toBeCloseTo(factor * all, 6)
          }
          // Gapless, as every reader of rates expects.
          expect(low.slice(1).every((segment, index) => segment.startMs === low[index]?.endMs)).toBe(true)
        },
      ),
    )
  })

  it('are sent by pacer and by k6, nothing at all among them', () => {
    const none = dipped(ratesOf({kind: 'constant', ratePerSecond: 10}, 3000), {
      startMs: 1000,
      endMs: 2000,
      share: 0,
    })
    const cursor = arrivalsOf(none).start()
    const times: number[] = []
    for (; cursor.atMs < Number.POSITIVE_INFINITY; cursor.advance()) times.push(cursor.atMs)
    expect(times.filter((atMs) => atMs > 1000 && atMs < 2000)).toEqual([])
    expect(times).toHaveLength(20)
    expect(
      paceOf(none)
        .stages.slice(1)
        .map(({target, duration}) => `${target} ${duration}`),
    ).toEqual([
      '10 0s',
      '10 1000000000ns',
      '0 0s',
      '0 1000000000ns',
      '10 0s',
      '10 1000000000ns',
      '0 0s',
      '0 2s',
    ])
  })

  it('are the same without one', () => {
    expect(dipped(soak, undefined)).toEqual(soak)
  })
})
