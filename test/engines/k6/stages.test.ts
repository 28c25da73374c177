import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {paceOf} from '../../../src/engines/k6/stages.js'
import {arrivalsOf} from '../../../src/engines/pacer/arrivals.js'
import type {RateSegment} from '../../../src/plan/plan.js'
import {constantRate} from '../../fakes/engine-plan.js'

const msOf = (duration: string): number => {
  const [, number = '', unit = ''] = /^([\d.]+)(ns|us|ms|s)$/.exec(duration) ?? []
  return Number(number) * ({ns: 1e-6, us: 1e-3, ms: 1, s: 1000}[unit] ?? Number.NaN)
}

/** When k6 sends, as its own source reckons it: its request i comes when the area under the stages reaches i, from 1. */
const sentBy = ({startRate, timeUnit, stages}: ReturnType<typeof paceOf>): number[] => {
  const unitMs = msOf(timeUnit)
  const times: number[] = []
  let from = startRate / unitMs
  let [startMs, before, i] = [0, 0, 1]
  for (const {target, duration} of stages) {
    const [to, lengthMs] = [target / unitMs, msOf(duration)]
    const end = before + lengthMs * ((to - from) / 2 + from)
    for (; i <= end; i++) {
      const left = i - before
      const root = Math.sqrt(Math.max(0, lengthMs * (from * from * lengthMs + 2 * left * (to - from))))
      times.push(startMs + (from === to ? left / to : (from * lengthMs - root) / (from - to)))
    }
    ;[before, from, startMs] = [end, to, startMs + lengthMs]
  }
  return times
}

const plannedTimes = (rates: readonly RateSegment[]): number[] => {
  const cursor = arrivalsOf(rates).start()
  const times: number[] = []
  for (; cursor.atMs < Number.POSITIVE_INFINITY; cursor.advance()) times.push(cursor.atMs)
  return times
}

describe('the stages of k6', () => {
  it('say rates that are whole per second as they are', () => {
    const {timeUnit, stages} = paceOf(constantRate(120, 30_000))
    expect(timeUnit).toBe('1s')
    expect(stages.slice(1, 3)).toEqual([
      {target: 120, duration: '0s'},
      {target: 120, duration: '30000000000ns'},
    ])
  })

  it.each([
    [0.5, '10s'],
    [0.1, '10s'],
    [33.25, '100s'],
    [1 / 3, '1000000s'],
  ])('take %d a second per %s, since k6 takes whole numbers only', (rate, unit) => {
    expect(paceOf(constantRate(rate, 1000)).timeUnit).toBe(unit)
  })

  it('send at the times of the plan, and as often', () => {
    const rate = fc.integer({min: 0, max: 400}).map((tenths) => tenths / 10)
    const segment = fc.record({lengthMs: fc.integer({min: 1, max: 4000}), from: rate, to: rate})
    fc.assert(
      fc.property(fc.array(segment, {minLength: 1, maxLength: 4}), (drawn) => {
        let endMs = 0
        const rates = drawn.map(({lengthMs, from, to}) => {
          const startMs = endMs
          endMs += lengthMs
          return {startMs, endMs, fromPerSecond: from, toPerSecond: to}
        })
        const planned = plannedTimes(rates)
        const sent = sentBy(paceOf(rates))
        // An arrival on the very last instant may be rounded in or out.
        expect(Math.abs(sent.length - planned.length)).toBeLessThanOrEqual(1)
        for (const [index, ms] of sent.slice(0, planned.length).entries())
          expect(Math.abs(ms - (planned[index] ?? 0))).toBeLessThan(1)
      }),
    )
  })
})
