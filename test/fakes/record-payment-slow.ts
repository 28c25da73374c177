import type {Series} from '../../src/metrics/source.js'
import type {Plan} from '../../src/plan/plan.js'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import type {Scenario} from '../../src/scenarios/scenario.js'
import {loadSecond, requestSecond} from './record-load.js'
import {bornWhenUsed, flow, runStartMs, sampleIntervalMs, scrapeTimes, seriesOf} from './record-series.js'

/*
 *   0        5 s          25 s              55 s        75 s
 *   │ warm-up │  baseline  │  fault          │  recovery  │     browse 90/s, checkout 30/s
 *                          ├ 20 slow checkouts, breaker opens at 26 s, closes at 58 s
 *                                            ├ 10 of 30 checkouts slow until 57 s
 */
const seconds = (value: number): number => value * 1000
const [baselineMs, faultMs, recoveryMs, endMs] = [seconds(5), seconds(25), seconds(55), seconds(75)]

const paymentSlowScenario: Scenario = {
  name: 'payment-slow',
  summary: 'A slow payment provider must not slow browsing down, and checkout must fail fast.',
  proves: ['circuit-breaker', 'timeout'],
  target: 'reference',
  load: {
    engine: 'pacer',
    streams: [
      {
        name: 'load',
        profile: {kind: 'constant', ratePerSecond: 120},
        requests: [
          {name: 'browse', weight: 3, method: 'GET', path: '/products', headers: {}},
          {name: 'checkout', weight: 1, method: 'POST', path: '/checkout', headers: {}},
        ],
      },
    ],
    data: {},
    timeoutMs: 10_000,
    maxInFlight: 1000,
  },
  phases: {warmUpMs: seconds(5), baselineMs: seconds(20), faultMs: seconds(30), recoveryMs: seconds(20)},
  faults: [
    {fault: 'latency', options: {edge: 'order->payment', delayMs: 10_000}, atMs: 0, path: 'faults[0]'},
  ],
  objectives: [
    {
      kind: 'ratio',
      name: 'browsing stays up',
      bad: 'http_requests_total{job="edge", route="/products", code=~"5.."}',
      total: 'http_requests_total{job="edge", route="/products"}',
      target: 0.995,
      during: ['fault', 'recovery'],
      confidence: 0.95,
      minSamples: 100,
    },
    {
      kind: 'latency',
      name: 'checkout answers in time',
      latency: 'http_request_duration_seconds{job="edge", route="/checkout"}',
      belowMs: 300,
      target: 0.95,
      during: ['fault'],
      confidence: 0.95,
      minSamples: 100,
    },
    {
      kind: 'query',
      name: 'breaker opened',
      query: 'max(max_over_time(circuit_state{from="order", to="payment"}[$phase]))',
      expect: {comparator: '>=', value: 1},
      during: ['fault'],
      confidence: 0.95,
      minSamples: 1,
    },
    {
      kind: 'recovery',
      name: 'checkout recovers',
      recovers: 'checkout answers in time',
      withinMs: seconds(15),
      during: ['recovery'],
      confidence: 0.95,
      minSamples: 1,
    },
  ],
  guards: [],
  switches: {},
}

const paymentSlowPlan: Plan = {
  scenario: paymentSlowScenario,
  target: {
    name: 'reference',
    endpoints: {edge: 'http://127.0.0.1:4000'},
    edges: {'order->payment': {proxies: ['order-payment-1'], probe: {kind: 'http', path: '/livez'}}},
    workloads: {},
    metrics: {kind: 'scrape', intervalMs: sampleIntervalMs, targets: []},
    data: {},
  },
  seed: 4711,
  switches: {},
  phases: [
    {name: 'warm-up', startMs: 0, endMs: baselineMs},
    {name: 'baseline', startMs: baselineMs, endMs: faultMs},
    {name: 'fault', startMs: faultMs, endMs: recoveryMs},
    {name: 'recovery', startMs: recoveryMs, endMs},
  ],
  rates: [{startMs: 0, endMs, fromPerSecond: 120, toPerSecond: 120}],
  streams: [{name: 'load', rates: [{startMs: 0, endMs, fromPerSecond: 120, toPerSecond: 120}]}],
  faults: [
    {
      id: 'f1',
      fault: 'latency',
      options: {edge: 'order->payment', delayMs: 10_000},
      startMs: faultMs,
      endMs: recoveryMs,
      aim: {
        edges: ['order->payment'],
        replicas: [],
        does: 'delays answers on order->payment by 10 s',
        undo: 'removes the toxic',
      },
    },
  ],
  durationMs: endMs,
}

const at = (offsetMs: number): {kind: 'event'; atMs: number} => ({kind: 'event', atMs: runStartMs + offsetMs})

const events: RunEvent[] = [
  {...at(0), event: 'load-started'},
  ...paymentSlowPlan.phases.flatMap(({name, startMs, endMs: end}): RunEvent[] => [
    {...at(startMs), event: 'phase-started', phase: name},
    {...at(end), event: 'phase-ended', phase: name},
  ]),
  {...at(faultMs + 2), event: 'fault-asked', fault: 'f1'},
  {...at(faultMs + 14), event: 'fault-applied', fault: 'f1'},
  {
    ...at(faultMs + 1600),
    event: 'fault-seen',
    fault: 'f1',
    evidence: {
      bit: 'yes',
      observations: ['a probe through order-payment-1 took 10.01 s'],
      numbers: {probeMs: 10_010},
    },
  },
  {...at(recoveryMs + 9), event: 'fault-undone', fault: 'f1'},
]

const slow = flow(
  {fromMs: faultMs, toMs: faultMs + 1000, perSecond: 20},
  {fromMs: recoveryMs, toMs: recoveryMs + 2000, perSecond: 10},
)
const checkouts = flow({fromMs: 0, toMs: endMs, perSecond: 30})
const browses = flow({fromMs: 0, toMs: endMs, perSecond: 90})
const browseErrors = flow({fromMs: faultMs + 3000, toMs: faultMs + 4000, perSecond: 2})

/** Samples begin 2 s before the first request; the edge is scraped 40 ms after the round second. */
const series = (): Series[] => {
  const times = scrapeTimes(-2000, endMs + 2000, 40)
  const edge = {job: 'edge', instance: 'edge-1'}
  const bucket = (le: string, count: (offsetMs: number) => number): Series =>
    seriesOf('http_request_duration_seconds_bucket', {...edge, route: '/checkout', le}, times, count)
  return [
    seriesOf('up', edge, times, () => 1),
    seriesOf(
      'http_requests_total',
      {...edge, route: '/products', code: '200'},
      times,
      (offset) => 5000 + browses(offset) - browseErrors(offset),
    ),
    seriesOf(
      'http_requests_total',
      {...edge, route: '/products', code: '503'},
      times,
      bornWhenUsed(browseErrors),
    ),
    bucket('0.1', (offset) => checkouts(offset) - slow(offset)),
    bucket('0.3', (offset) => checkouts(offset) - slow(offset)),
    bucket('0.5', (offset) => checkouts(offset) - slow(offset)),
    bucket('+Inf', checkouts),
    seriesOf('http_request_duration_seconds_count', {...edge, route: '/checkout'}, times, checkouts),
    seriesOf(
      'circuit_state',
      {job: 'order', instance: 'order-1', from: 'order', to: 'payment'},
      times,
      (offset) => (offset > faultMs + 1000 && offset < recoveryMs + 3000 ? 2 : 0),
    ),
  ]
}

/** A run of 75 s as the run stage writes it: every objective is met, and so is every condition of validity. */
export const paymentSlowRecord = (): RunRecord => ({
  header: {
    kind: 'header',
    recordVersion: 1,
    runId: 'r-20261014-payment-slow',
    createdMs: runStartMs - 3000,
    source: {path: 'scenarios/payment-slow.yaml', text: 'name: payment-slow\n'},
    plan: structuredClone(paymentSlowPlan),
    seed: 4711,
    mode: 'normal',
    versions: {shakedown: '0.1.0', node: 'v20.20.0', metrics: 'embedded, every 500 ms'},
    machine: {platform: 'linux-x64', cpus: 2, cpuModel: 'Example CPU', memoryBytes: 8_000_000_000},
    sampleIntervalMs,
  },
  events: structuredClone(events),
  load: Array.from({length: endMs / 1000}, (_, second) =>
    loadSecond(second, {
      browse: second === 28 ? requestSecond(88, {rejected: 2}) : requestSecond(90),
      checkout: checkoutSecond(second),
    }),
  ),
  series: series(),
  answers: [],
  end: {kind: 'end', atMs: runStartMs + endMs + 1500, ended: 'completed', residual: []},
})

const checkoutSecond = (second: number): ReturnType<typeof requestSecond> => {
  const offsetMs = second * 1000
  if (offsetMs === faultMs) return requestSecond(10, {slow: 20})
  if (offsetMs > faultMs && offsetMs < recoveryMs) return requestSecond(0, {rejected: 30})
  if (offsetMs >= recoveryMs && offsetMs < recoveryMs + 2000) return requestSecond(20, {slow: 10})
  return requestSecond(30)
}
