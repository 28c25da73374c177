import {describe, expect, it} from 'vitest'
import type {PrometheusClient} from '../../../src/clients/prometheus.js'
import type {LoadSecond} from '../../../src/engines/engine.js'
import {stepOf} from '../../../src/engines/k6/took-steps.js'
import {dueBySecond} from '../../../src/engines/k6-operator/due-by-second.js'
import {MergedBooks} from '../../../src/engines/k6-operator/merged-books.js'
import {names, type Push, PushReader} from '../../../src/engines/k6-operator/pushes.js'
import {countIn, readRunner} from '../../../src/engines/k6-operator/runner-log.js'
import {settle} from '../../../src/engines/k6-operator/settle.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'
import {isBalanced} from '../../fakes/engine-run.js'

const plan = planOf({
  endpoints: {edge: 'http://shop.test'},
  requests: [{name: 'home', path: '/'}],
  rates: constantRate(2, 4000),
})
const startAtMs = 1_000_000

const pushed = (metric: string, atMs: number, count: number, labels: Record<string, string>): Push => ({
  labels: {__name__: metric, scenario: 'load', name: 'home', ...labels},
  tMs: startAtMs + atMs,
  count,
})

const booksOf = (modulo = 30) => {
  const seconds: LoadSecond[] = []
  const books = new MergedBooks(plan, modulo, {
    startAtMs,
    onSecond: (second) => seconds.push(second),
    onLive: () => {},
  })
  return {seconds, books}
}

describe('what runners push', () => {
  it('belongs to the second in which it was due, whenever it comes', () => {
    const {books, seconds} = booksOf()
    for (const second of [0, 1, 2, 3]) {
      const label = {due_second: String(second), late_ms: '1'}
      books.book(pushed(names.arrivals, second * 1000 + 600, 2, label), 0)
    }
    // All of them three seconds late, and the end of one before its beginning was told.
    for (const second of [0, 1, 2, 3])
      books.book(pushed(names.ended, 6_500, 2, {due_second: String(second), code: '200', took_ms: '3000'}), 0)
    for (const index of [0, 1, 2, 3]) books.secondPassed(index, startAtMs + (index + 1) * 1000)
    expect(seconds.map(({requests}) => requests['home']?.answered)).toEqual(Array(4).fill({200: 2}))
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
    expect(books.untold).toBe(0)
    books.finish(4000)
    expect(books.totals).toEqual({due: 8, sent: 8, skipped: 0, answered: 8, failed: 0})
  })

  it('tells a second of the next round of numbers from the last one', () => {
    const {books, seconds} = booksOf(3)
    const wide = planOf({endpoints: {}, requests: [{name: 'home'}], rates: constantRate(1, 20_000)})
    const long = new MergedBooks(wide, 12, {
      startAtMs,
      onSecond: (one) => seconds.push(one),
      onLive: () => {},
    })
    for (const second of [2, 14])
      long.book(pushed(names.arrivals, second * 1000 + 900, 1, {due_second: '2'}), 0)
    long.finish(20_000)
    expect(seconds.flatMap(({requests}, index) => (requests['home']?.sent ? [index] : []))).toEqual([2, 14])
    expect(books.untold).toBe(8)
  })

  it('counts what was dropped, skipped, failed, and what never ended', () => {
    const {books, seconds} = booksOf()
    const at = {due_second: '1'}
    books.book(pushed(names.arrivals, 1200, 3, at), 0)
    books.book(pushed(names.ended, 1300, 1, {...at, failure: 'refused'}), 0)
    books.book(pushed(names.skipped, 1300, 1, at), 0)
    books.book(
      {...pushed(names.dropped, 2500, 2, {}), labels: {__name__: names.dropped, scenario: 'load'}},
      0,
    )
    books.finish(4000)
    expect(seconds[1]?.requests['home']).toMatchObject({
      due: 4,
      sent: 3,
      skipped: 1,
      failed: {refused: 1, aborted: 2},
    })
    expect(seconds[2]?.requests['home']).toMatchObject({due: 2, skipped: 2})
    expect(books.totals).toEqual({due: 6, sent: 3, skipped: 3, answered: 0, failed: 3})
  })

  it('is read once, from series that grow', async () => {
    const labels = {__name__: names.arrivals, scenario: 'load', instance_id: '1'}
    const series = {labels, t: [1000, 2000], v: [3, 5]}
    // No more is asked for.
    const client = {
      query: async () => ({value: {type: 'matrix', series: [{...series}]}, warnings: [], infos: []}),
    } as unknown as PrometheusClient
    const reader = new PushReader(client, 'load-1', false)
    const {signal} = new AbortController()
    expect((await reader.read(signal)).map(({tMs, count}) => [tMs, count])).toEqual([
      [1000, 3],
      [2000, 2],
    ])
    series.t.push(3000)
    series.v.push(6)
    expect((await reader.read(signal)).map(({tMs, count}) => [tMs, count])).toEqual([[3000, 1]])
    expect([...reader.sums(names.arrivals)]).toEqual([['1', 6]])
  })

  it('is not believed when it is less than the runners counted', async () => {
    const summary = {metrics: {shakedown_arrivals: {values: {count: 9}}}}
    const runner = readRunner('load-1-x', `{"level":"info"}\nsummary\t${JSON.stringify(summary)}\n`, 0)
    expect(countIn(runner, 'shakedown_arrivals')).toBe(9)
    const settling = (count: number) => ({
      pushes: {reads: (metric: string) => metric === names.arrivals, sums: () => new Map([['1', count]])},
      ended: [runner],
      prometheus: 'http://prometheus:9090',
      isWhole: true,
      limitMs: 10,
    })
    expect(await settle(settling(9), async () => {})).toBeUndefined()
    expect((await settle(settling(8), async () => {}))?.message).toMatch(/has only 8 of 9 arrivals/)
  })
})

it('steps of time are told with an error of 2.5 % at the most', () => {
  for (const ms of [0.05, 0.7, 3, 18.2, 333, 9_999]) {
    const told = Number(stepOf(ms))
    expect(Math.abs(told - ms) / ms).toBeLessThan(0.03)
  }
  expect(Number(stepOf(0))).toBeLessThan(0.011)
})

it('what is due is counted by seconds', () => {
  expect(dueBySecond(plan)).toEqual([2, 4, 6, 8])
})
