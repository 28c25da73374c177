import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {LatencyObjective, QueryObjective} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import {asksTheLoadAlone, withLoadSeries} from '../../src/verdict/load-series.js'
import {one, ratio} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

/** Seconds of the load in the fault phase of the fixed record, or from the start of the run to the end of that phase. */
const faultSeconds = ({load, events, header}: RunRecord, fromStart = false): RunRecord['load'] => {
  const startedMs = events.find(({event}) => event === 'load-started')?.atMs ?? 0
  const fault = header.plan.phases.find(({name}) => name === 'fault')
  const [fromMs, toMs] = [startedMs + (fault?.startMs ?? 0), startedMs + (fault?.endMs ?? 0)]
  return load.filter(({startMs}) => (fromStart || startMs >= fromMs) && startMs < toMs)
}

const counted = (record: RunRecord, fromStart = false) => {
  const requests = faultSeconds(record, fromStart).flatMap(({requests}) => requests['checkout'] ?? [])
  const sum = (counts: Partial<Record<string, number>>[]): number =>
    counts.flatMap((count) => Object.values(count)).reduce<number>((total, value = 0) => total + value, 0)
  return {
    good: sum(requests.map(({answered}) => ({200: answered['200'] ?? 0}))),
    total: sum(requests.flatMap(({answered, failed}) => [answered, failed])),
  }
}

const selector = 'shakedown_load_requests_total{request="checkout"}'
const good = 'shakedown_load_requests_total{request="checkout", outcome="answered", code="200"}'

const query = (text: string, value: number): QueryObjective => ({
  kind: 'query',
  name: 'asked',
  query: text,
  expect: {comparator: '==', value},
  during: ['fault'],
  confidence: 0.95,
  minSamples: 1,
})

const prometheus = (record: RunRecord): void => {
  record.header.plan.target.metrics = {kind: 'prometheus', url: 'http://127.0.0.1:9'}
  record.answers = []
}

describe('objectives on the metrics of the load', () => {
  it('count what the load itself saw in the phase', () => {
    const record = paymentSlowRecord()
    const {good: expected, total} = counted(record)
    expect(total).toBeGreaterThan(expected)
    const {bad: _, ...share} = ratio({good, total: selector})
    const verdict = one(share)
    expect(verdict.message).toContain(`(${expected.toLocaleString('en')} of ${total.toLocaleString('en')})`)
  })

  it('are answered in PromQL, to the request', () => {
    const {total} = counted(paymentSlowRecord(), true)
    expect(one(query(`sum(${selector})`, total))).toMatchObject({
      outcome: 'pass',
      estimate: total,
    })
    expect(one(query(`sum(${selector})`, total + 1)).outcome).toBe('fail')
  })

  it('take any latency for a bound, and a request without an answer for slow', () => {
    const latency: LatencyObjective = {
      kind: 'latency',
      name: 'fast',
      latency: 'shakedown_load_request_duration_seconds{request="checkout"}',
      belowMs: 1234,
      target: 0.5,
      during: ['fault'],
      confidence: 0.95,
      minSamples: 10,
    }
    const before = one(latency)
    const lost = one(latency, (record) => {
      for (const {requests} of faultSeconds(record)) {
        const checkout = requests['checkout']
        // All that was answered is lost instead, as when the target is cut off.
        if (checkout)
          requests['checkout'] = {...checkout, answered: {}, histogram: '', failed: {timeout: checkout.sent}}
      }
    })
    expect(before.estimate).toBeGreaterThan(0)
    expect(lost.estimate).toBe(0)
    expect(lost.outcome).toBe('fail')
  })

  it('count none where none came up', () => {
    const {good: _, ...failures} = ratio({
      bad: 'shakedown_load_requests_total{request="browse", outcome="failed"}',
      total: 'shakedown_load_requests_total{request="browse"}',
    })
    expect(one(failures)).toMatchObject({outcome: 'pass', estimate: 1})
  })

  it('need no Prometheus to have scraped them', () => {
    const {total} = counted(paymentSlowRecord())
    const {bad: _, ...share} = ratio({good, total: selector})
    expect(one(share, prometheus).message).toContain(total.toLocaleString('en'))
    const sum = counted(paymentSlowRecord(), true).total
    expect(one(query(`sum(${selector})`, sum), prometheus).outcome).toBe('pass')
    // What else there is, only the Prometheus knows.
    const mixed = query(`sum(${selector}) + sum(up)`, sum)
    expect(one(mixed, prometheus)).toMatchObject({outcome: 'inconclusive'})
  })

  it('leave records alone where nobody asks', () => {
    const record = paymentSlowRecord()
    expect(withLoadSeries(record, {objectives: [ratio()]})).toBe(record)
    expect(judge(record).objectives.length).toBeGreaterThan(0)
  })
})

describe('an expression', () => {
  it.each([
    ['max(shakedown_load_in_flight)', true],
    ['shakedown_load_in_flight > 2 * shakedown_load_cpu_ratio', true],
    ['shakedown_load_in_flight / on() up', false],
    ['{__name__=~"shakedown_load_.*"}', false],
    ['1', false],
    ['sum(', false],
  ])('%s asks the load alone: %s', (expression, alone) => {
    expect(asksTheLoadAlone(expression)).toBe(alone)
  })
})
