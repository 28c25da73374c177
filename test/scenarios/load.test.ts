import {readFileSync} from 'node:fs'
import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {loadScenario, parseScenario} from '../../src/scenarios/load.js'
import {scenarioWith} from '../fakes/scenario-text.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

const scenarioOf = (name: string) => parseScenario(name, fixture(`good/${name}`), vocabulary).scenario

describe('a good scenario file', () => {
  it('becomes a scenario with defaults filled in and units converted', () => {
    expect(scenarioOf('payment-slow.yaml')).toEqual({
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
              {
                name: 'checkout',
                weight: 1,
                method: 'POST',
                path: '/checkout',
                headers: {},
                body: {sku: '{{pick skus}}', quantity: 1},
              },
            ],
          },
        ],
        data: {},
        timeoutMs: 10_000,
        maxInFlight: 1000,
      },
      phases: {warmUpMs: 3000, baselineMs: 20_000, faultMs: 30_000, recoveryMs: 20_000},
      faults: [
        {
          fault: 'latency',
          options: {edge: 'order->payment', delay: 10_000, jitter: 1000},
          atMs: 0,
          path: 'faults[0].latency',
        },
      ],
      objectives: [
        {
          kind: 'ratio',
          name: 'browsing stays up',
          good: 'http_requests_total{job="edge", route="/products", code!~"5.."}',
          total: 'http_requests_total{job="edge", route="/products"}',
          target: 0.999,
          during: ['fault', 'recovery'],
          confidence: 0.95,
          minSamples: 30,
        },
        {
          kind: 'latency',
          name: 'checkout answers in time',
          latency: 'http_request_duration_seconds{job="edge", route="/checkout"}',
          belowMs: 300,
          target: 0.95,
          during: ['fault'],
          confidence: 0.95,
          minSamples: 30,
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
          withinMs: 15_000,
          during: ['recovery'],
          confidence: 0.95,
          minSamples: 1,
        },
      ],
      guards: [
        {
          name: 'guard 1',
          stopWhen:
            'sum(rate(http_requests_total{job="edge", code=~"5.."}[5s])) / sum(rate(http_requests_total{job="edge"}[5s]))',
          above: 0.5,
          forMs: 10_000,
        },
      ],
      switches: {},
      counterfactual: {switches: {'order.breaker': false}, mustFail: ['checkout answers in time']},
    })
  })

  it('may use every key', () => {
    expect(scenarioOf('everything.yaml')).toMatchObject({
      target: 'targets/staging.yaml',
      load: {
        streams: [
          {
            profile: {
              kind: 'steps',
              steps: [
                {ratePerSecond: 50, durationMs: 10_000},
                {ratePerSecond: 10, durationMs: 90_000},
              ],
            },
            requests: [
              {name: 'a', method: 'GET', path: '/a', weight: 1},
              {
                name: 'b',
                method: 'PUT',
                path: '/b/{{uuid}}',
                weight: 0.5,
                endpoint: 'admin',
                headers: {'x-test': '1'},
                body: 'plain text',
                timeoutMs: 500,
              },
              {name: 'c', method: 'DELETE', headers: {'x-test': '1'}},
              {name: 'd', method: 'PATCH', body: [1, {x: null}]},
              {name: 'e', method: 'HEAD'},
            ],
          },
        ],
        data: {skus: ['A', 'B', 3]},
        timeoutMs: 2000,
        maxInFlight: 50,
        metricsPort: 9464,
      },
      phases: {warmUpMs: 0, baselineMs: 10_000, faultMs: 60_000, recoveryMs: 500},
      faults: [
        {fault: 'latency', options: {edge: 'a->b', delay: 0, jitter: 0}, atMs: 10_000, forMs: 50_000},
        {fault: 'latency', envelope: {kind: 'ramp', upMs: 10_000, downMs: 5_000}},
        {fault: 'latency', envelope: {kind: 'pulse', everyMs: 10_000, onMs: 2_000}},
        {fault: 'latency', envelope: {kind: 'oscillate', periodMs: 20_000, low: 0.2}},
        {fault: 'latency', options: {edge: 'a->b', delay: 1_000, jitter: 0}},
        {fault: 'kill', options: {workload: 'catalog', count: 2}, atMs: 0},
        {fault: 'pause', options: {}, path: 'faults[6].pause'},
      ],
      objectives: [{kind: 'ratio', bad: 'b', target: 0.9995, confidence: 0.99, minSamples: 100}],
      guards: [{name: 'too slow', below: 3, forMs: 0}],
      switches: {'order.breaker': true, 'order.retries': 3, 'order.mode': 'eager'},
    })
  })

  it('warns of what is odd but no error', () => {
    const text = scenarioWith({
      phases: 'phases: {baseline: 0s, fault: 10s, recovery: 10s}',
      faults: 'faults: [pause: ]',
      objectives: 'objectives: [{name: one, good: g, total: t, target: 100%}]',
    })
    const {warnings} = parseScenario('s.yaml', text, vocabulary)
    expect(warnings).toMatchObject([
      {line: 4, column: 20, where: 'phases.baseline', message: expect.stringContaining('without a baseline')},
      {line: 5, column: 53, where: 'objectives[0].target', message: expect.stringContaining('100%')},
    ])
  })

  it('is read from disk, and kept as read', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'scenario-')), 'small.yaml')
    await writeFile(path, scenarioWith())
    const {scenario, source} = await loadScenario(path, vocabulary)
    expect(scenario.name).toBe('small')
    expect(source).toEqual({path, text: scenarioWith()})
  })
})
