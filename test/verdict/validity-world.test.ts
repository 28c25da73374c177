import {describe, expect, it} from 'vitest'
import type {Toxic} from '../../src/clients/toxiproxy.js'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import {at, failedChecks, verdictOf} from '../fakes/record-judged.js'
import {scrapeTimes, seriesOf} from '../fakes/record-series.js'

/*
 *   0        5 s          25 s              55 s        75 s
 *   │ warm-up │  baseline  │  f1: latency    │  recovery  │
 */
const runId = 'r-20261014-payment-slow'
const toxic = (name: string, change: Partial<Toxic> = {}): Toxic => ({
  name,
  type: 'latency',
  stream: 'downstream',
  toxicity: 1,
  attributes: {latency: 10_000, jitter: 0},
  ...change,
})
const own = toxic(`${runId}_f1`)
const otherRun = toxic('20261014-120000-theirs-ab12_f1')

const proxy = (offsetMs: number, toxics: Toxic[], change: Partial<{enabled: boolean}> = {}): RunEvent => ({
  ...at(offsetMs),
  event: 'proxy',
  proxy: 'order-payment-1',
  state: {listen: '127.0.0.1:1', upstream: '127.0.0.1:2', enabled: true, toxics, ...change},
})
const goneProxy = (offsetMs: number): RunEvent => ({
  ...at(offsetMs),
  event: 'proxy',
  proxy: 'order-payment-1',
})
const replica = (offsetMs: number, name: string, pid: number, state = 'ready'): RunEvent => ({
  ...at(offsetMs),
  event: 'replica',
  replica: name,
  state,
  pid,
  restarts: 0,
})

const withEvents =
  (...events: RunEvent[]) =>
  (record: RunRecord): void => {
    record.header.plan.target.workloads = {order: {replicas: ['order-1', 'order-2']}}
    record.events = [...record.events, ...events].sort((one, other) => one.atMs - other.atMs)
  }

const plain = [proxy(-200, []), proxy(25_300, [own]), proxy(55_100, [])]

describe('proxies', () => {
  it('are left to the run when only its own toxics come and go', () => {
    const verdict = verdictOf(withEvents(...plain))
    expect(failedChecks(verdict)).toEqual([])
    const names = verdict.validity.map(({name}) => name)
    expect(names).toContain('fault f1 stayed in force')
    expect(names).toContain('no other run on the target')
    expect(names).toContain('proxies left to this run')
  })

  const stayed = 'fault f1 stayed in force'
  const leftAlone = 'proxies left to this run'
  const otherRuns = 'no other run on the target'
  it.each<[string, RunEvent[], string[]]>([
    ['our toxic taken out', [proxy(-200, []), proxy(25_300, [own]), proxy(40_000, [])], [stayed]],
    [
      'our toxic weakened',
      [proxy(-200, []), proxy(25_300, [own]), proxy(40_000, [{...own, toxicity: 0}])],
      [stayed],
    ],
    [
      'our proxy closed',
      [proxy(-200, []), proxy(25_300, [own]), proxy(40_000, [own], {enabled: false})],
      [stayed],
    ],
    ['the proxy deleted', [proxy(-200, []), proxy(25_300, [own]), goneProxy(40_000)], [stayed, leftAlone]],
    ['a closed proxy in the baseline', [proxy(-200, []), proxy(10_000, [], {enabled: false})], [leftAlone]],
    ['a toxic of somebody', [proxy(-200, []), proxy(10_000, [toxic('theirs')])], [leftAlone]],
    ['a toxic of somebody taken out', [proxy(-200, [toxic('theirs')]), proxy(10_000, [])], [leftAlone]],
    ['another run, later', [proxy(-200, []), proxy(60_000, [otherRun])], [otherRuns]],
    ['another run, from the start', [proxy(-200, [otherRun])], [otherRuns]],
  ])('%s makes the run invalid', (_, events, checks) => {
    const verdict = verdictOf(withEvents(...events))
    expect(failedChecks(verdict)).toEqual(checks)
    expect(verdict.outcome).toBe('invalid')
    expect(verdict.advice.join()).not.toContain('Lower the load')
  })

  it.each<[string, RunEvent[]]>([
    ['a toxic of somebody that was there all along', [proxy(-200, [toxic('theirs')])]],
    [
      'a proxy closed and opened for fresh connections',
      [proxy(-200, []), proxy(25_010, [], {enabled: false}), proxy(25_300, [own]), proxy(55_100, [])],
    ],
    [
      'a proxy made anew while its fault is undone',
      [...plain.slice(0, 2), goneProxy(55_004), proxy(55_300, [])],
    ],
  ])('%s does not', (_, events) => {
    expect(failedChecks(verdictOf(withEvents(...events)))).toEqual([])
  })
})

it('a proxy made anew by the undoing of another fault took nothing of ours away', () => {
  const events: RunEvent[] = [
    {...at(26_000), event: 'fault-asked', fault: 'f2'},
    {...at(26_100), event: 'fault-applied', fault: 'f2'},
    {...at(40_500), event: 'fault-undone', fault: 'f2'},
    ...[proxy(-200, []), proxy(25_300, [own]), proxy(40_300, []), proxy(40_600, [own])],
  ]
  const verdict = verdictOf((record) => {
    const [first] = record.header.plan.faults
    if (first) record.header.plan.faults.push({...first, id: 'f2', startMs: 26_000, endMs: 40_000})
    withEvents(...events)(record)
  })
  expect(failedChecks(verdict)).toEqual(['fault f2 took effect'])
})

const both = [replica(-200, 'order-1', 10), replica(-200, 'order-2', 20)]
const aimAt =
  (...replicas: string[]) =>
  (record: RunRecord): void => {
    for (const {aim} of record.header.plan.faults) aim.replicas = replicas
  }
const checksWith = (events: RunEvent[], change: (record: RunRecord) => void = () => {}) => {
  const verdict = verdictOf((record) => {
    withEvents(...events)(record)
    change(record)
  })
  return failedChecks(verdict)
}

describe('replicas', () => {
  const leftAlone = 'replicas restarted by nobody else'
  it.each<[string, RunEvent[], string[]]>([
    ['that stay are well', both, []],
    [
      'that end before any fault were not ended by us',
      [...both, replica(10_000, 'order-2', 21)],
      [leftAlone],
    ],
    [
      'that end in a fault not aimed at them may not',
      [...both, replica(30_000, 'order-2', 0, 'stopped')],
      [leftAlone],
    ],
    [
      'that end twice in a row are counted once each',
      [...both, replica(30_000, 'order-1', 0, 'stopped'), replica(31_000, 'order-1', 11)],
      [],
    ],
    [
      'that are hit again after the fault was undone may not',
      [...both, replica(65_000, 'order-1', 12)],
      [leftAlone],
    ],
    ['that are fewer than the target says', [replica(-200, 'order-1', 10)], ['replicas as the target says']],
    [
      'that are first seen in the baseline',
      [replica(5_100, 'order-1', 10), replica(5_101, 'order-2', 20)],
      [],
    ],
    [
      'that are first seen when a fault is on are not judged before it',
      [{...at(4_900), event: 'fault-asked', fault: 'f1'}, replica(5_100, 'order-1', 10)],
      [],
    ],
    [
      'of which one is not there when they are first seen',
      [replica(5_100, 'order-1', 10), replica(5_600, 'order-2', 20)],
      ['replicas as the target says'],
    ],
    [
      'that begin in the baseline',
      [...both, replica(9000, 'order-2', 20, 'starting'), replica(11_000, 'order-2', 20)],
      ['replicas as the target says'],
    ],
    [
      'that are not ready for a while are there all the same',
      [...both, replica(9_000, 'order-2', 20, 'not-ready')],
      [],
    ],
  ])('%s', (_, events, checks) => {
    expect(checksWith(events, aimAt('order-1'))).toEqual(checks)
  })

  it('says what the record cannot tell', () => {
    const events = [...both, replica(30_000, 'order-2', 21)]
    const {validity} = verdictOf(withEvents(...events))
    const {message = ''} = validity.find(({name}) => name === leftAlone) ?? {}
    expect(message).toContain('order-2 ended 30s into the run')
    expect(message).toContain('somebody else ended it, or the fault spread to it')
  })
})

const startTimes = (secondAt: (offsetMs: number) => number) => (record: RunRecord) => {
  const labels = {job: 'edge', instance: 'edge-1'}
  record.series.push(seriesOf('process_start_time_seconds', labels, scrapeTimes(-2000, 77_000), secondAt))
}

describe('a target that tells nothing of its replicas', () => {
  const name = 'processes restarted by nobody else'
  it.each<[string, (offsetMs: number) => number, string[]]>([
    ['is well when no process began anew', () => 1_700_000_000, []],
    ['may compute its start a little differently', (offset) => 1_700_000_000 + (offset % 1000) / 1000, []],
    ['is not when one did', (offset) => 1_700_000_000 + (offset > 40_000 ? 900 : 0), [name]],
  ])('%s', (_, secondAt, checks) => {
    expect(failedChecks(verdictOf(startTimes(secondAt)))).toEqual(checks)
  })

  it('is asked only where no control API knows more', () => {
    const verdict = verdictOf((record) => {
      startTimes((offset) => (offset > 40_000 ? 900 : 0))(record)
      withEvents(...both)(record)
    })
    expect(failedChecks(verdict)).toEqual([])
  })
})

describe('counters', () => {
  const dropping = (everyMs: number) => (record: RunRecord) => {
    for (const {labels, t, v} of record.series) {
      if (labels['__name__'] !== 'http_requests_total' || labels['code'] !== '200') continue
      for (const [index, atMs] of t.entries()) v[index] = ((atMs - (t[0] ?? 0)) % everyMs) + 90
    }
  }

  it('may begin anew once in a phase', () => {
    expect(failedChecks(verdictOf(dropping(40_000)))).toEqual([])
  })

  it('that begin anew all the time are those of several processes', () => {
    expect(failedChecks(verdictOf(dropping(1500)))).toContain('counters kept counting')
  })
})
