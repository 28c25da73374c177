import {describe, expect, it} from 'vitest'
import type {LiveLoad, LoadSecond} from '../../../src/engines/engine.js'
import {Books} from '../../../src/engines/k6/books.js'
import type {Sample} from '../../../src/engines/k6/samples.js'
import type {Plan} from '../../../src/plan/plan.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'
import {isBalanced, sumOf} from '../../fakes/engine-run.js'

const startAtMs = 1_700_000_000_000
/** k6 began this much late. */
const lateMs = 8

const plan = (rate = 10, durationMs = 2000): Plan =>
  planOf({
    endpoints: {shop: 'http://shop.test'},
    requests: [{name: 'browse', weight: 3, expect: [200]}, {name: 'pay'}],
    rates: constantRate(rate, durationMs),
  })

const scripted = (from: Plan): Plan => {
  const {load} = from.scenario
  const streams = load.streams.map((stream) => ({...stream, requests: []}))
  const script = {path: '/s.js', sha256: '', env: {}}
  return {...from, scenario: {...from.scenario, load: {...load, streams, script}}}
}

const replaying = (of: Plan, ...times: number[]): Plan => {
  const {load} = of.scenario
  const entries = times.map((atMs) => ({atMs, name: 'GET /a', method: 'GET', path: '/a'}))
  const replay = {path: 'access.log', speed: 1, entries}
  const streams = load.streams.map((stream) => ({...stream, requests: [], replay}))
  return {...of, scenario: {...of.scenario, load: {...load, streams}}}
}

const open = (of: Plan) => {
  const seconds: LoadSecond[] = []
  const lives: LiveLoad[] = []
  const books = new Books(of, {startAtMs, onSecond: (s) => seconds.push(s), onLive: (l) => lives.push(l)})
  const at = (ms: number): number => startAtMs + lateMs + ms
  const tell = (sample: Record<string, unknown>): void => books.book({scenario: 'load', ...sample} as Sample)
  return {
    books,
    seconds,
    lives,
    started: (n: number, ms: number, name = 'browse') => tell({kind: 'started', n, name, atMs: at(ms)}),
    answered: (n: number, ms: number, {status = 200, name = 'browse', tookMs = 5} = {}) =>
      tell({kind: 'request', n, name, endMs: at(ms), tookMs, ending: {status}}),
    failed: (n: number, ms: number, failure: string) =>
      tell({kind: 'request', n, name: 'browse', endMs: at(ms), tookMs: 0, ending: {failure}}),
    finished: (n: number, ms: number) => tell({kind: 'finished', n, atMs: at(ms)}),
    skipped: (n: number) => tell({kind: 'skipped', n}),
    dropped: (count = 1) => tell({kind: 'dropped', count}),
  }
}

const inOrder = (run: ReturnType<typeof open>, from: number, to: number): void => {
  for (let n = from; n < to; n++) {
    run.started(n, n * 100)
    run.answered(n, n * 100 + 5)
    run.finished(n, n * 100 + 5)
  }
}

describe('the books of k6', () => {
  it('book each arrival in the second it was due in, from the time it was due', () => {
    const run = open(plan())
    inOrder(run, 0, 9)
    // Due at 900 ms, sent and answered in the next second.
    run.started(9, 1040)
    inOrder(run, 10, 20)
    run.answered(9, 1150)
    run.books.secondPassed(0, 0.5)
    run.books.secondPassed(1, 0.25)
    run.books.finish(2100)
    expect(run.seconds.map(({requests}) => requests['browse']?.answered)).toEqual([{200: 10}, {200: 10}])
    expect(run.seconds.map(({health}) => health.cpu)).toEqual([0.5, 0.25])
    expect(sumOf(run.seconds, 'browse').latencyUs.maxValue).toBeCloseTo(250_000, -3)
    expect(run.seconds[0]?.health.latenessMs?.max).toBeCloseTo(140 + lateMs, 0)
    expect(run.books.totals).toEqual({due: 20, sent: 20, skipped: 0, answered: 20, failed: 0})
  })

  it('report a second when it has passed and all that began in it has ended', () => {
    const run = open(plan())
    inOrder(run, 0, 10)
    run.started(10, 1000)
    expect(run.seconds).toHaveLength(0)
    run.books.secondPassed(0, 0)
    expect(run.seconds).toHaveLength(1)
    inOrder(run, 11, 20)
    run.books.secondPassed(1, 0)
    expect(run.seconds).toHaveLength(1)
    run.failed(10, 2500, 'timeout')
    expect(run.seconds).toHaveLength(2)
    expect(run.seconds[1]?.requests['browse']?.failed).toEqual({timeout: 1})
  })

  it('count what got no end as aborted, and what k6 dropped as skipped, in the seconds they were due', () => {
    const run = open(plan())
    inOrder(run, 0, 8)
    run.started(8, 800)
    run.dropped()
    run.dropped(2)
    inOrder(run, 12, 20)
    run.books.finish(2050)
    expect(run.books.totals).toEqual({due: 20, sent: 17, skipped: 3, answered: 16, failed: 1})
    const skipped = run.seconds.map(({requests}) =>
      Object.values(requests).reduce((sum, request) => sum + request.skipped, 0),
    )
    expect(skipped).toEqual([1, 2])
    expect(run.seconds[0]?.requests['browse']?.failed).toEqual({aborted: 1})
    expect(run.seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
  })

  it('count an arrival that ended without a request as failed', () => {
    const run = open(plan())
    run.started(0, 0)
    run.finished(0, 1)
    run.books.finish(300)
    expect(run.seconds[0]?.requests['browse']?.failed).toEqual({other: 1})
  })

  it('count answers of an unexpected status', () => {
    const run = open(plan())
    run.started(0, 0)
    run.answered(0, 5, {status: 404})
    run.started(1, 100)
    run.answered(1, 105)
    run.books.finish(300)
    expect(run.seconds[0]?.requests['browse']).toMatchObject({answered: {200: 1, 404: 1}, unexpected: 1})
  })

  it('say how many were under way at the end of a second, however late that is told', () => {
    const run = open(plan())
    inOrder(run, 0, 9)
    run.started(9, 900)
    run.started(10, 1000)
    run.finished(9, 1001)
    run.books.secondPassed(0, 0)
    expect(run.lives[0]?.inFlight).toBe(1)
  })

  it('end with the second of a stop', () => {
    const run = open(plan(10, 60_000))
    inOrder(run, 0, 14)
    run.books.finish(1500)
    expect(run.seconds.map(({requests}) => requests['browse']?.due)).toEqual([10, 4])
  })
})

describe('the books of a script in k6', () => {
  it('count requests by their names, from the send, and iterations as arrivals', () => {
    const run = open(scripted(plan(10, 1000)))
    for (let n = 0; n < 10; n++) {
      run.started(n, n * 100, '')
      run.answered(n, n * 100 + 30, {name: 'basket', tookMs: 20})
      run.answered(n, n * 100 + 60, {name: 'pay', status: 500, tookMs: 30})
      run.finished(n, n * 100 + 60)
    }
    run.books.finish(1100)
    expect(run.seconds).toMatchObject([{arrivals: 10}])
    expect(sumOf(run.seconds, 'basket').answered).toEqual({200: 10})
    expect(sumOf(run.seconds, 'basket').latencyUs.maxValue).toBeCloseTo(20_000, -2)
    expect(sumOf(run.seconds, 'pay').answered).toEqual({500: 10})
  })

  it('show iterations that were cut off or dropped, which have no request', () => {
    const run = open(scripted(plan(10, 1000)))
    run.started(0, 0, '')
    run.dropped()
    run.books.finish(1100)
    expect(run.seconds[0]?.requests).toMatchObject({
      'iterations interrupted': {due: 1, sent: 1, failed: {aborted: 1}},
      'iterations dropped': {due: 1, sent: 0, skipped: 1},
    })
  })

  it('count further names together once there are too many', () => {
    const run = open(scripted(plan(100, 2000)))
    for (let n = 0; n < 150; n++) {
      run.started(n, n * 10, '')
      run.answered(n, n * 10 + 1, {name: `http://shop.test/items/${n}`, tookMs: 1})
      run.finished(n, n * 10 + 1)
    }
    run.books.finish(2000)
    const names = new Set(run.seconds.flatMap(({requests}) => Object.keys(requests)))
    expect(names.size).toBe(101)
    expect(run.books.totals.answered).toBe(150)
    expect(run.seconds[1]?.requests['other']?.sent).toBe(50)
  })

  it('book arrivals whose times are listed by their numbers, in whatever order they are told', () => {
    const run = open(replaying(plan(), 100, 900, 1000, 1900))
    const name = 'GET /a'
    run.started(2, 1000, name)
    run.started(0, 100, name)
    run.answered(0, 105, {name})
    run.answered(2, 1005, {name})
    run.books.secondPassed(0, 0)
    // The second one of the first second was not told of yet.
    expect(run.seconds).toHaveLength(0)
    run.skipped(1)
    expect(run.seconds).toHaveLength(1)
    run.books.secondPassed(1, 0)
    expect(run.seconds).toHaveLength(1)
    run.books.finish(2000)
    // The last one waits for a user that never came.
    expect(run.seconds.map(({requests}) => requests[name])).toMatchObject([
      {due: 2, sent: 1, skipped: 1},
      {due: 2, sent: 1, skipped: 1},
    ])
    expect(run.books.totals).toEqual({due: 4, sent: 2, skipped: 2, answered: 2, failed: 0})
  })

  it('leave out listed arrivals that were not due when the load was stopped', () => {
    const run = open(replaying(plan(), 100, 1500))
    run.started(0, 100, 'GET /a')
    run.answered(0, 105, {name: 'GET /a'})
    run.books.finish(800)
    expect(run.books.totals).toMatchObject({due: 1, skipped: 0})
  })

  it('adds up what several k6s with clocks of their own tell of their shares', () => {
    const seconds: LoadSecond[] = []
    const books = new Books(plan(10, 2_000), {
      startAtMs,
      onSecond: (second) => seconds.push(second),
      onLive: () => {},
      runners: 2,
    })
    // The second pod's clock is an hour off, and it began 30 ms late by ours.
    const clocks = [startAtMs, startAtMs + 3_600_000]
    books.begun(0, 0)
    books.begun(1, 30)
    expect(books.untold).toBe(true)
    for (let n = 0; n < 20; n++) {
      const atMs = (clocks[n % 2] ?? 0) + n * 100
      books.book({kind: 'started', scenario: 'load', n, name: 'browse', atMs}, n % 2)
      const answer = {endMs: atMs + 5, tookMs: 5, ending: {status: 200}}
      books.book({kind: 'request', scenario: 'load', n, name: 'browse', ...answer}, n % 2)
    }
    expect(books.untold).toBe(false)
    books.secondPassed(0, 0)
    books.secondPassed(1, 0)
    books.finish(2_000)
    expect(sumOf(seconds, 'browse')).toMatchObject({sent: 20, answered: {200: 20}})
    expect(sumOf(seconds, 'browse').latencyUs.maxValue).toBeLessThan(6_000)
    expect(seconds.map(({arrivals}) => arrivals)).toEqual([10, 10])
    expect(seconds[0]?.health.latenessMs?.max).toBeCloseTo(30, 0)
  })
})
