import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import {failedChecks, ratio, verdictOf} from '../fakes/record-judged.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'

describe('the validity of a run', () => {
  const evidence = (bit: 'yes' | 'no' | 'unknown') => (record: RunRecord) => {
    for (const event of record.events) {
      if (event.event === 'fault-seen') event.evidence = {bit, observations: ['0 bytes crossed'], numbers: {}}
    }
  }

  it.each([
    ['record complete', 'was cut off', (record: RunRecord) => delete record.end],
    ['load started', 'sent nothing', (record: RunRecord) => (record.load = [])],
    ['load as planned', 'lost seconds of load', (record: RunRecord) => record.load.splice(30, 5)],
    ['fault f1 took effect', 'has a fault that did not bite', evidence('no')],
    ['fault f1 took effect', 'has a fault that may not have bitten', evidence('unknown')],
    [
      'fault f1 took effect',
      'has a fault that nobody looked at',
      (record: RunRecord) => (record.events = record.events.filter(({event}) => event !== 'fault-seen')),
    ],
    [
      'fault f1 took effect',
      'has a fault that was never applied',
      (record: RunRecord) => (record.events = record.events.filter(({event}) => event !== 'fault-applied')),
    ],
    [
      'load arrived',
      'skipped one request in fifty',
      (record: RunRecord) => {
        for (const {requests} of record.load) {
          for (const request of Object.values(requests)) Object.assign(request, {sent: request.due * 0.98})
        }
      },
    ],
    [
      'generator on time',
      'was late in an eighth of the fault phase',
      (record: RunRecord) => {
        for (const second of record.load.slice(30, 34)) second.health.latenessMs = {p50: 1, p99: 51, max: 60}
      },
    ],
    [
      'generator had sockets',
      'found no socket for one request in fifty',
      (record: RunRecord) => {
        for (const {requests} of record.load)
          for (const request of Object.values(requests))
            request.failed = {...request.failed, local: request.sent / 50}
      },
    ],
    [
      'metrics fresh',
      'has no samples for the last seconds of the fault phase',
      (record: RunRecord) => {
        for (const series of record.series) {
          const kept = series.t.map((t) => t < runStartMs + 50_000 || t > runStartMs + 53_000)
          series.v = series.v.filter((_, index) => kept[index])
          series.t = series.t.filter((_, index) => kept[index])
        }
      },
    ],
  ])('fails in "%s" when it %s', (check, _, change) => {
    const verdict = verdictOf(change)
    expect(failedChecks(verdict)).toEqual([check])
    expect(verdict.outcome).toBe('invalid')
    expect(verdict.advice).not.toEqual([])
  })

  it('allows the generator to be late for a tenth of a phase', () => {
    const verdict = verdictOf((record) => {
      for (const second of record.load.slice(30, 33)) second.health.latenessMs = {p50: 1, p99: 500, max: 600}
    })
    expect(verdict.outcome).toBe('pass')
  })

  it('fails when the baseline missed an objective that is only asked for later', () => {
    const times = scrapeTimes(-2000, 77_000)
    const sick = seriesOf(
      'http_requests_total',
      {job: 'edge', instance: 'edge-1', route: '/products', code: '500'},
      times,
      flow({fromMs: 5000, toMs: 25_000, perSecond: 5}),
    )
    const verdict = verdictOf((record) => record.series.push(sick))
    expect(failedChecks(verdict)).toEqual(['baseline good'])
    expect(verdict.summary).toContain('the baseline already missed "browsing stays up"')
  })

  it('does not hold a baseline with too little data against the run', () => {
    const verdict = verdictOf(() => {}, [ratio({minSamples: 2500})])
    expect(failedChecks(verdict)).toEqual([])
    expect(verdict.outcome).toBe('pass')
  })

  it('asks for no fault to be seen where none was planned', () => {
    const verdict = verdictOf(
      (record) => {
        record.header.plan.faults = []
        record.events = record.events.filter(({event}) => !event.startsWith('fault'))
      },
      [ratio()],
    )
    expect(verdict.outcome).toBe('pass')
  })

  it('compares arrivals with the plan, where one is a flow of several requests', () => {
    const arrivals = (perSecond: number) => (record: RunRecord) => {
      for (const second of record.load) second.arrivals = perSecond
    }
    expect(failedChecks(verdictOf(arrivals(120)))).toEqual([])
    expect(failedChecks(verdictOf(arrivals(60)))).toEqual(['load as planned'])
  })
})

it('a generator that was late says what it saw of itself', () => {
  const {validity} = verdictOf((record) => {
    for (const {health} of record.load.slice(30, 34)) {
      const seen = {cpu: 0.97, machineCpu: 0.99, gcMs: 2, loopDelayMs: {p99: 80, max: 120}}
      Object.assign(health, {latenessMs: {p50: 1, p99: 90, max: 120}, ...seen})
    }
  })
  const {message = ''} = validity.find(({name}) => name === 'generator on time') ?? {}
  expect(message).toContain('the generator was the bottleneck')
  expect(message).toMatch(/97(\.0)?% of a core.*99(\.0)?% busy.*stood still for up to 120 ms$/)
})

it('an engine that does not tell its lateness is not taken to be on time', () => {
  const {validity} = verdictOf((record) => {
    for (const {health} of record.load) delete health.latenessMs
  })
  const check = validity.find(({name}) => name === 'generator on time')
  expect(check).toMatchObject({ok: true, message: 'the engine does not tell how late it sent'})
})
