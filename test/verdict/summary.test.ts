import {describe, expect, it} from 'vitest'
import {summarise} from '../../src/verdict/summary.js'
import {loadSecond, requestSecond} from '../fakes/record-load.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs} from '../fakes/record-series.js'
import {variantRecord} from '../fakes/record-variants.js'

describe('summarise', () => {
  const summary = summarise(paymentSlowRecord())
  const row = (phase: string, request: string) =>
    summary.load.find((one) => one.phase === phase && one.request === request)

  it('has a row for each phase and request name, and one for all', () => {
    expect(summary.load.map(({phase, request}) => `${phase} ${request}`)).toEqual([
      'baseline browse',
      'baseline checkout',
      'baseline all',
      'fault browse',
      'fault checkout',
      'fault all',
      'recovery browse',
      'recovery checkout',
      'recovery all',
    ])
  })

  it('counts each second once, in the phase it starts in', () => {
    expect(summary.load.filter(({request}) => request === 'all').map(({sent}) => sent)).toEqual([
      2400, 3600, 2400,
    ])
    expect(row('baseline', 'all')?.sentPerSecond).toBe(120)
  })

  it('takes answers of 5xx and requests without an answer for errors', () => {
    expect(row('fault', 'checkout')).toMatchObject({answered: {'2xx': 30, '5xx': 870}, errorRatio: 870 / 900})
    const record = paymentSlowRecord()
    record.load[10] = loadSecond(10, {browse: requestSecond(80, {timedOut: 10}), checkout: requestSecond(30)})
    const browse = summarise(record).load[0]
    expect(browse).toMatchObject({failed: {timeout: 10}, errorRatio: 10 / 1800, answered: {'2xx': 1790}})
  })

  it('merges histograms before it takes percentiles', () => {
    const latency = row('fault', 'checkout')?.latencyMs
    // 870 answers in 5 ms, 10 between 10 ms and 19 ms, 20 in 2 s: p99 is among the slow ones of one single second.
    expect(latency?.p50).toBeCloseTo(5, 1)
    expect(latency?.p99).toBeGreaterThan(1990)
    expect(latency?.max).toBeGreaterThan(1990)
  })

  it('reports the worst second of the generator', () => {
    const record = paymentSlowRecord()
    const second = record.load[30]
    if (second) second.health = {latenessMs: {p50: 1, p99: 70, max: 90}, cpu: 0.9, inFlight: 77}
    expect(summarise(record).generator).toMatchObject({
      latenessMs: {p99: 70, max: 90},
      cpu: {max: 0.9},
      maxInFlight: 77,
    })
  })

  it('shows what there is of a phase that was cut short', () => {
    const cut = summarise(variantRecord('cut off'))
    expect(cut.phases).toEqual([
      {phase: 'baseline', startMs: 5000, endMs: 25_000},
      {phase: 'fault', startMs: 25_000, endMs: 30_000},
    ])
    expect(cut.load.find(({phase, request}) => phase === 'fault' && request === 'all')?.sent).toBe(600)
  })

  it('tells what happened in order of time, from the first request', () => {
    const offsets = summary.timeline.map(({offsetMs}) => offsetMs)
    expect(offsets).toEqual([...offsets].sort((one, other) => one - other))
    expect(summary.timeline).toContainEqual({offsetMs: 55_009, kind: 'fault', text: 'f1 latency undone'})
  })

  it('tells of replicas that change, not of those that were up before', () => {
    const record = paymentSlowRecord()
    const event = {kind: 'event', event: 'replica', replica: 'order-1', state: 'ready', pid: 1} as const
    record.events.push(
      {...event, atMs: runStartMs - 300, restarts: 0},
      {...event, atMs: runStartMs + 30_000, restarts: 1},
    )
    const told = summarise(record).timeline.filter(({text}) => text.includes('order-1'))
    expect(told).toEqual([{offsetMs: 30_000, kind: 'note', text: 'order-1 is ready, restarted 1 time'}])
  })

  it('is empty, not broken, for a run that never began', () => {
    const record = paymentSlowRecord()
    Object.assign(record, {events: [], load: [], series: []})
    expect(summarise(record)).toEqual({
      phases: [],
      load: [],
      timeline: [],
      effects: {faults: [], edges: [], failing: []},
    })
  })
})
