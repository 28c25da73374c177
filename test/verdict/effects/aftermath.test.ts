import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../../src/run/record.js'
import type {Aftermath} from '../../../src/verdict/effects/effect.js'
import {effectsOf} from '../../../src/verdict/effects/effects.js'
import {aftermathRecord, allBad, between, undoneSecond, withAttempts} from '../../fakes/record-aftermath.js'
import {histogramOf, requestSecond} from '../../fakes/record-load.js'

const aftermathOf = (record: RunRecord): Aftermath => {
  const {aftermath} = effectsOf(record)
  if (!aftermath) throw new Error('there is no aftermath')
  return aftermath
}

const badIn =
  (...spans: [from: number, to: number][]) =>
  (second: number) =>
    spans.some(([from, to]) => between(from, to)(second)) ? allBad(second) : undefined

const fault: [number, number] = [25, undoneSecond]

describe('what became of the system', () => {
  it('is that it recovered, with the time from the undoing to its last bad second', () => {
    const at = aftermathOf(aftermathRecord(badIn(fault, [undoneSecond, 58])))
    expect(at).toMatchObject({state: 'recovered', confirmed: true, recoveredMs: 2991, amplified: []})
    expect(at.message).toBe('recovered within 2.99s of the last undoing')
    expect(aftermathOf(aftermathRecord(badIn(fault))).message).toBe(
      'recovered as soon as the last fault was undone',
    )
  })

  it('does not mistake a hiccup for a failure', () => {
    const hiccup = badIn(fault, [undoneSecond, 57], [64, 65])
    expect(aftermathOf(aftermathRecord(hiccup))).toMatchObject({state: 'recovered', recoveredMs: 1991})
  })

  it('does not mistake answers that are a little slower for bad ones', () => {
    const answersIn = (ms: number) => (second: number) => {
      const usual = requestSecond(90)
      return second < undoneSecond ? usual : {...usual, histogram: histogramOf(Array(90).fill(ms))}
    }
    // 99 % of the baseline's took 29 ms or less.
    expect(aftermathOf(aftermathRecord(answersIn(80))).state).toBe('recovered')
    expect(aftermathOf(aftermathRecord(answersIn(95))).bad.held?.share).toBe(1)
  })

  it('is slow where it took longer than its timeouts explain', () => {
    const late = aftermathRecord(badIn(fault, [undoneSecond, 69]), {longestTimeoutMs: 2000})
    expect(aftermathOf(late)).toMatchObject({state: 'slow', recoveredMs: 13_991, neededMs: 10_000})
  })

  it('is slow where it is still getting better at the end', () => {
    const better = aftermathRecord((second) => {
      if (between(...fault)(second)) return allBad(second)
      const bad = Math.max(0, 90 - 4 * (second - undoneSecond))
      return second > 55 ? requestSecond(90 - bad, {timedOut: bad}) : undefined
    })
    expect(aftermathOf(better)).toMatchObject({state: 'slow', confirmed: false})
    expect(aftermathOf(better).message).toContain('recovers slowly')
  })

  it('is metastable where a dip of the load clears what the going of the fault did not', () => {
    const cleared = aftermathRecord(badIn([25, 80]), {dip: true})
    const at = aftermathOf(withAttempts(cleared, 4))
    expect(at).toMatchObject({state: 'metastable', confirmed: true, heldMs: 19_991})
    expect(at.amplified).toMatchObject([{edge: 'order->payment', baseline: 1}])
    expect(at.amplified[0]?.attemptsPerCall).toBeCloseTo(4, 1)
    expect(at.message).toBe(
      'metastable: 20s after the last undoing 100% of the requests were still bad (0% before), with 4 attempts for each call on order->payment (1 before); load at 20% for a while cleared it',
    )
  })

  it.each([
    ['stays bad with less load', badIn([25, 105])],
    ['is bad again as soon as the load is back', badIn([25, 75], [85, 105])],
  ])('is damaged where it %s', (_, change) => {
    expect(aftermathOf(aftermathRecord(change, {dip: true}))).toMatchObject({
      state: 'damaged',
      confirmed: true,
    })
  })

  it('rests on retries without a dip, and says that a dip would show it', () => {
    const bad = aftermathRecord(badIn([25, 75]))
    expect(aftermathOf(bad)).toMatchObject({state: 'inconclusive', confirmed: false})
    const storm = aftermathOf(withAttempts(aftermathRecord(badIn([25, 75])), 4))
    expect(storm).toMatchObject({state: 'metastable', confirmed: false})
    expect(storm.message).toContain('a dip of the load (phases: dip) would show it')
  })
})

describe('what became of the system is not known', () => {
  it('where the hold was too short', () => {
    const short = aftermathRecord(badIn([25, 75]), {longestTimeoutMs: 6000})
    expect(aftermathOf(withAttempts(short, 4))).toMatchObject({state: 'inconclusive', neededMs: 30_000})
    expect(aftermathOf(short).message).toContain('a recovery phase of 30s or more would tell')
  })

  it('where the load was not held', () => {
    const falling = aftermathRecord(badIn([25, 75]))
    falling.header.plan.rates = [
      {startMs: 0, endMs: 55_000, fromPerSecond: 90, toPerSecond: 90},
      {startMs: 55_000, endMs: 75_000, fromPerSecond: 20, toPerSecond: 20},
    ]
    expect(aftermathOf(falling)).toMatchObject({state: 'inconclusive'})
    expect(aftermathOf(falling).message).toContain('the load was not held')
  })

  it('where a few requests more were bad than before, and it may be chance', () => {
    const some = aftermathRecord((second) =>
      second >= 55
        ? requestSecond(second % 7 === 0 ? 50 : 90, {timedOut: second % 7 === 0 ? 40 : 0})
        : undefined,
    )
    expect(aftermathOf(some)).toMatchObject({
      state: 'inconclusive',
      message: expect.stringContaining('of the last requests were bad'),
    })
  })

  it('where the system was sick before the fault', () => {
    const sick = aftermathOf(
      aftermathRecord((second) => (second % 2 === 0 ? allBad(second) : undefined), {dip: true}),
    )
    expect(sick).toMatchObject({state: 'inconclusive'})
    expect(sick.message).toBe(
      'the system was sick before the fault: 50% of the requests of the baseline were bad',
    )
  })

  it('and not told at all without a baseline, or a fault that was undone', () => {
    const blind = aftermathRecord(badIn([25, 75]))
    blind.load = blind.load.slice(25)
    const never = aftermathRecord(badIn([25, 75]))
    never.events = never.events.filter(({event}) => event !== 'fault-undone')
    expect([effectsOf(blind).aftermath, effectsOf(never).aftermath]).toEqual([undefined, undefined])
  })
})
