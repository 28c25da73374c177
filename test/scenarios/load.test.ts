import {readdirSync, readFileSync} from 'node:fs'
import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {loadScenario, parseScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

const scenarioOf = (name: string) => parseScenario(name, fixture(`good/${name}`), vocabulary).scenario

/** A small scenario, with lines put in place of some of its own. */
const scenarioWith = (changes: Record<string, string> = {}): string => {
  const lines = {
    name: 'name: small',
    target: 'target: reference',
    load: 'load: {profile: {constant: 10/s}, requests: [{name: browse, get: /products}]}',
    phases: 'phases: {baseline: 10s, fault: 10s, recovery: 10s}',
    objectives: 'objectives: [{name: one, good: g, total: t, target: 99%}]',
    ...changes,
  }
  return Object.values(lines).join('\n')
}

const problemsOf = (text: string): string[] => {
  try {
    parseScenario('s.yaml', text, vocabulary)
    return []
  } catch (error) {
    if (error instanceof ProblemsError) return error.message.split('\n  ').slice(1)
    throw error
  }
}

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

  it.each([
    ['{constant: 0.5/s}', {kind: 'constant', ratePerSecond: 0.5}],
    ['{ramp: {from: 0/s, to: 200/s}}', {kind: 'ramp', fromPerSecond: 0, toPerSecond: 200}],
    [
      '{ramp: {from: 10/s, to: 200/s, over: 30s}}',
      {kind: 'ramp', fromPerSecond: 10, toPerSecond: 200, durationMs: 30_000},
    ],
    [
      '{spike: {base: 50/s, peak: 300/s, at: 20s, for: 5s}}',
      {kind: 'spike', basePerSecond: 50, peakPerSecond: 300, atMs: 20_000, durationMs: 5000},
    ],
  ])('takes the profile %s', (profile, expected) => {
    const load = `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`
    const {scenario} = parseScenario('s.yaml', scenarioWith({load}), vocabulary)
    expect(scenario.load.streams[0]?.profile).toEqual(expected)
  })

  it.each([
    ['{ramp: {up: 2s}}', {kind: 'ramp', upMs: 2000, downMs: 0}],
    ['{ramp: {down: 10s}}', {kind: 'ramp', upMs: 0, downMs: 10_000}],
    ['{pulse: {every: 1s, on: 500ms}}', {kind: 'pulse', everyMs: 1000, onMs: 500}],
    ['{oscillate: {period: 10s}}', {kind: 'oscillate', periodMs: 10_000, low: 0}],
  ])('takes the envelope %s', (envelope, expected) => {
    const faults = `faults: [latency: {edge: a->b, delay: 1s, envelope: ${envelope}}]`
    const {scenario} = parseScenario('s.yaml', scenarioWith({faults}), vocabulary)
    expect(scenario.faults[0]?.envelope).toEqual(expected)
  })

  it('has no envelope where the strength is constant', () => {
    const faults = 'faults: [latency: {edge: a->b, delay: 1s, envelope: constant}]'
    const {scenario} = parseScenario('s.yaml', scenarioWith({faults}), vocabulary)
    expect(scenario.faults[0]).not.toHaveProperty('envelope')
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

describe('a bad scenario file', () => {
  const bad = readdirSync(new URL('./fixtures/bad/', import.meta.url))

  it.each(bad)('%s has all its problems listed, with places', (name) => {
    // The file, a line that ends it, and what is said about it.
    const [text = '', expected] = fixture(`bad/${name}`).split('=== problems\n')
    const read = () => parseScenario(name.replace('.txt', '.yaml'), text, vocabulary)
    expect(read).toThrow(ProblemsError)
    try {
      read()
    } catch (error) {
      expect(`${error instanceof Error ? error.message : ''}\n`).toBe(expected)
    }
  })

  it('that is not there is a user error with the path', async () => {
    await expect(loadScenario('/nowhere/s.yaml', vocabulary)).rejects.toMatchObject({
      name: 'UserError',
      message: 'Cannot read /nowhere/s.yaml: there is no such file',
    })
    await expect(loadScenario(tmpdir(), vocabulary)).rejects.toThrow('it is a folder')
  })

  it('is told of where an alias stands, not of where its anchor is', () => {
    const load =
      'load:\n  profile: {constant: &bad fast}\n  requests: [{name: browse, get: /products}]\n  timeout: *bad'
    expect(problemsOf(scenarioWith({load}))).toEqual([
      expect.stringMatching(/^s\.yaml:4:28 load\.profile\.constant: /),
      expect.stringMatching(/^s\.yaml:6:12 load\.timeout: /),
    ])
  })

  it('that would unfold aliases without end is refused', () => {
    const bomb = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]']
    for (const [one, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf']) {
      bomb.push(`${one}: &${one} [${Array(10).fill(`*${before}`).join(', ')}]`)
    }
    expect(problemsOf(bomb.join('\n'))).toEqual([expect.stringContaining('alias')])
  })

  it('names a recovery without a fault, and an objective in a phase without length', () => {
    const text = scenarioWith({
      phases: 'phases: {baseline: 10s, fault: 10s, recovery: 0s}',
      objectives:
        'objectives:\n  - {name: one, good: g, total: t, target: 99%}\n  - {name: two, recovers: one, within: 0.1s}',
    })
    expect(problemsOf(text)).toEqual([
      's.yaml:6:5 objectives[0]: is judged in the recovery phase, which has no length',
      's.yaml:7:5 objectives[1]: is judged in the recovery phase, which has no length',
      's.yaml:7:27 objectives[1].recovers: there is no fault to recover from',
      's.yaml:7:40 objectives[1].within: longer than the recovery phase (0s), so it could never be shown',
    ])
  })

  it.each([
    [
      '{spike: {base: 5/s, peak: 50/s, at: 33s, for: 1s}}',
      'load.profile.spike.at: starts after the run of 33s',
    ],
  ])('names the load %s, which never comes', (profile, problem) => {
    const load = `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`
    expect(problemsOf(scenarioWith({load}))).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    [
      '{spike: {base: 5/s, peak: 50/s, at: 32s, for: 2s}}',
      'load.profile.spike.for',
      'would end after the run',
    ],
    ['{ramp: {from: 5/s, to: 50/s, over: 1m}}', 'load.profile.ramp.over', 'the ramp is cut off'],
    ['{steps: [{rate: 5/s, for: 33s}, {rate: 9/s, for: 1s}]}', 'load.profile.steps[1]', 'never comes'],
  ])('warns of the load %s, which the end cuts off', (profile, where, words) => {
    const load = `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`
    const {warnings} = parseScenario('s.yaml', scenarioWith({load}), vocabulary)
    expect(warnings).toMatchObject([{where, message: expect.stringContaining(words)}])
  })

  it.each([
    ['{pulse: {every: 1s, on: 500ms}}', '602 times, at most 600 are possible: take 2s or more'],
    ['{oscillate: {period: 2s}}', '602 times, at most 600 are possible: take 3s or more'],
  ])('asks for fewer changes than %s would make in five minutes', (envelope, problem) => {
    const phases = 'phases: {baseline: 10s, fault: 301s, recovery: 10s}'
    const faults = `faults: [latency: {edge: a->b, delay: 1s, envelope: ${envelope}}]`
    expect(problemsOf(scenarioWith({phases, faults}))).toEqual([expect.stringContaining(problem)])
    const shorter = phases.replace('301', '300')
    expect(problemsOf(scenarioWith({phases: shorter, faults}))).toEqual([])
  })

  it('names a phase that an objective has twice', () => {
    const objectives = 'objectives: [{name: one, good: g, total: t, target: 99%, during: [fault, fault]}]'
    expect(problemsOf(scenarioWith({objectives}))).toEqual([
      expect.stringContaining('objectives[0].during: names a phase twice'),
    ])
  })
})
