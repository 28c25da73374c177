import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {RatioObjective, RecoveryObjective} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import type {ObjectiveVerdict} from '../../src/verdict/verdict.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'

const reference: RatioObjective = {
  kind: 'ratio',
  name: 'orders go through',
  bad: 'orders_total{result="error"}',
  total: 'orders_total',
  target: 0.95,
  during: ['fault'],
  confidence: 0.95,
  minSamples: 10,
}

/** Offsets in seconds from the undoing; the recovery phase is 20 s long. */
interface Course {
  /** Stretches in which every order fails, in seconds after the fault was undone. */
  bad?: [number, number][]
  /** Stretches without orders. */
  silent?: [number, number][]
}

const undoneMs = 55_000

/** 40 orders a second, of which all fail in the bad stretches. */
const orders = ({bad = [], silent = []}: Course) => {
  const stretch = ([from, to]: [number, number]) => ({
    fromMs: undoneMs + from * 1000,
    toMs: undoneMs + to * 1000,
    perSecond: 40,
  })
  const all = flow({fromMs: 0, toMs: 75_000, perSecond: 40})
  const none = flow(...silent.map(stretch))
  const failed = flow(...bad.map(stretch))
  const times = scrapeTimes(-2000, 77_000)
  const labels = {job: 'order', instance: 'order-1'}
  return [
    seriesOf('orders_total', {...labels, result: 'ok'}, times, (at) => all(at) - none(at) - failed(at)),
    seriesOf('orders_total', {...labels, result: 'error'}, times, failed),
  ]
}

const recovery = (
  course: Course,
  {
    withinMs = 10_000,
    target = 0.95,
    change = () => {},
  }: {
    withinMs?: number
    target?: number
    change?: (record: RunRecord) => void
  } = {},
): ObjectiveVerdict => {
  const objective: RecoveryObjective = {
    kind: 'recovery',
    name: 'orders recover',
    recovers: reference.name,
    withinMs,
    during: ['recovery'],
    confidence: 0.95,
    minSamples: 1,
  }
  const record = paymentSlowRecord()
  for (const event of record.events)
    if (event.event === 'fault-undone') event.atMs = Math.round(event.atMs - 9)
  record.series.push(...orders(course))
  change(record)
  const verdict = judge(record, {objectives: [{...reference, target}, objective]}).objectives.at(-1)
  if (!verdict) throw new Error('no verdict')
  return verdict
}

/** Takes away the scrapes of orders between two times after the undoing, in seconds. */
const unseen =
  (from: number, to: number) =>
  ({series}: RunRecord): void => {
    for (const one of series.filter(({labels}) => labels['__name__'] === 'orders_total')) {
      const kept = one.t.map((t) => {
        const seconds = (t - runStartMs - undoneMs) / 1000
        return seconds <= from || seconds >= to
      })
      one.t = one.t.filter((_, at) => kept[at])
      one.v = one.v.filter((_, at) => kept[at])
    }
  }

describe('recovery', () => {
  it('took no time when no window was bad', () => {
    expect(recovery({})).toMatchObject({outcome: 'pass', estimate: 0, interval: {low: 0, high: 500}})
  })

  it('lies between the start of the last bad window and the end of the last one that is not good', () => {
    const {outcome, estimate = 0, interval = {low: 0, high: 0}} = recovery({bad: [[0, 4]]})
    expect(outcome).toBe('pass')
    expect(interval.low).toBeLessThanOrEqual(4000)
    expect(interval.high).toBeGreaterThanOrEqual(4000)
    expect(interval.high - interval.low).toBeLessThanOrEqual(2000 + 2 * 500)
    expect(estimate).toBe(interval.high - 500)
  })

  it('fails when it came too late', () => {
    expect(recovery({bad: [[0, 14]]}).outcome).toBe('fail')
  })

  it('is not decided when the time asked for lies between the two ends', () => {
    expect(recovery({bad: [[0, 9]]}).outcome).toBe('inconclusive')
  })

  it('counts a relapse: good again means for good', () => {
    expect(
      recovery({
        bad: [
          [0, 2],
          [13, 15],
        ],
      }).outcome,
    ).toBe('fail')
  })

  it('fails when it never came', () => {
    const verdict = recovery({bad: [[0, 20]]})
    expect(verdict.outcome).toBe('fail')
    expect(verdict.estimate).toBeUndefined()
    expect(verdict.message).toContain('was not good again 20s after')
  })

  it('is not decided when it never came, and the phase is shorter than the time asked for', () => {
    expect(recovery({bad: [[0, 20]]}, {withinMs: 30_000}).outcome).toBe('inconclusive')
  })

  it('does not take silence for recovery', () => {
    expect(recovery({bad: [[0, 3]], silent: [[3, 12]]}).outcome).toBe('inconclusive')
    expect(recovery({bad: [[0, 3]], silent: [[3, 20]]}).outcome).toBe('inconclusive')
  })

  it('is neither undone nor proven by a single error late on', () => {
    // One in 80 misses 99.9 % in its window, but does not show that the share is below it.
    const verdict = recovery({bad: [[15, 15.025]]}, {target: 0.999})
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.interval?.low).toBe(0)
  })

  it('is no earlier than the last sample before a bad window, where scrapes are missing', () => {
    // The last errors came 3.3 s after the undoing, between the scrapes at 3 s and 5 s.
    const {outcome, interval} = recovery(
      {bad: [[0, 3.3]]},
      {target: 0.99, withinMs: 4000, change: unseen(3, 5)},
    )
    expect(outcome).toBe('inconclusive')
    expect(interval?.low).toBeLessThanOrEqual(3000)
    expect(interval?.high).toBeGreaterThan(4000)
  })

  it('does not take for good what was not seen at the end', () => {
    const {outcome, message} = recovery({}, {change: unseen(18.5, 99)})
    expect(outcome).toBe('inconclusive')
    expect(message).toContain(
      'whether "orders go through" was good again 20s after the last undoing is not known',
    )
  })

  it('does not come late for a scrape that is missing while all is well', () => {
    expect(recovery({bad: [[0, 2]]}, {change: unseen(12, 13.5)}).estimate).toBeLessThan(5000)
  })

  it.each([
    [
      'no fault was undone',
      (record: RunRecord) => (record.events = record.events.filter(({event}) => event !== 'fault-undone')),
    ],
    [
      'the recovery phase did not run to its end',
      (record: RunRecord) =>
        record.events.splice(
          record.events.findIndex((event) => event.event === 'phase-ended' && event.phase === 'recovery'),
          1,
        ),
    ],
    [
      'too short',
      (record: RunRecord) => {
        for (const event of record.events) if (event.event === 'fault-undone') event.atMs += 18_500
      },
    ],
    ['no series matches orders_total', (record: RunRecord) => record.series.splice(-2)],
  ])('is not decided: %s', (message, change) => {
    const verdict = recovery({}, {change: (record) => void change(record)})
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain(message)
  })
})
