import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../../src/run/record.js'
import {compareRecords} from '../../../src/verdict/compare/compare.js'
import type {Comparison} from '../../../src/verdict/compare/comparison.js'
import {requestSecond} from '../../fakes/record-load.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'

const options = {confidence: 0.95, margin: 0.1, gate: 'objectives'} as const

const changed = (change: (record: RunRecord) => void): RunRecord => {
  const record = paymentSlowRecord()
  change(record)
  return record
}

const rowOf = ({rows}: Comparison, what: string, phase: string) =>
  rows.find((row) => row.what === what && row.phase === phase)

/** A tenth of all browsing in the fault phase is answered with 503 instead. */
const sick = changed((record) => {
  const [good, bad] = ['200', '503'].map((code) =>
    record.series.find(({labels}) => labels['route'] === '/products' && labels['code'] === code),
  )
  if (!good || !bad) throw new Error('the record has other series')
  const times = good.t.map((t, at) => ({t, v: good.v[at] ?? 0, n: Math.max(0, at - 60) * 4}))
  good.v = times.map(({v, n}) => v - n)
  bad.t = times.map(({t}) => t)
  bad.v = times.map(({n}) => n)
})

describe('the comparison of two records', () => {
  it('finds the objective that got worse, with the interval of the change', () => {
    const comparison = compareRecords(paymentSlowRecord(), sick, options)
    const row = rowOf(comparison, 'browsing stays up', 'fault')
    expect(row).toMatchObject({of: 'objective', finding: 'worse', unit: 'ratio'})
    expect(row?.change?.low).toBeGreaterThan(0.02)
    expect(comparison.finding).toBe('worse')
  })

  it('says better when A and B change places', () => {
    expect(compareRecords(sick, paymentSlowRecord(), options)).toMatchObject({
      finding: expect.not.stringMatching('worse'),
    })
    expect(
      rowOf(compareRecords(sick, paymentSlowRecord(), options), 'browsing stays up', 'fault')?.finding,
    ).toBe('better')
  })

  it('calls a record the same as itself only where there were events enough to tell', () => {
    const wide = compareRecords(paymentSlowRecord(), paymentSlowRecord(), {...options, margin: 1})
    expect(rowOf(wide, 'browsing stays up', 'fault')?.finding).toBe('same')
    const narrow = compareRecords(paymentSlowRecord(), paymentSlowRecord(), {...options, margin: 0.001})
    expect(rowOf(narrow, 'browsing stays up', 'fault')?.finding).toBe('cannot tell')
    expect(narrow.finding).toBe('cannot tell')
  })

  it('finds slower answers, and leaves the outcome to the objectives', () => {
    const slow = changed((record) => {
      for (const second of record.load) second.requests['browse'] = requestSecond(60, {slow: 30})
    })
    const comparison = compareRecords(paymentSlowRecord(), slow, options)
    expect(rowOf(comparison, 'browse p99', 'fault')).toMatchObject({
      of: 'request',
      finding: 'worse',
      unit: 'ms',
    })
    expect(comparison.finding).not.toBe('worse')
    expect(compareRecords(paymentSlowRecord(), slow, {...options, gate: 'all'}).finding).toBe('worse')
  })

  it('cannot tell the latency of answers that are no longer there', () => {
    const silent = changed((record) => {
      for (const second of record.load) second.requests['browse'] = requestSecond(0, {timedOut: 90})
    })
    const comparison = compareRecords(paymentSlowRecord(), silent, {...options, gate: 'all'})
    const row = rowOf(comparison, 'browse p99', 'fault')
    expect(row).toMatchObject({finding: 'cannot tell', message: 'B has 0 answers, 100 are needed'})
    expect(compareRecords(silent, silent, options).rows.some(({what}) => what === 'browse p99')).toBe(false)
  })

  it('claims nothing about the latency of phases too short to see it vary', () => {
    const short = (slow: number) =>
      changed((record) => {
        for (const second of record.load) delete second.requests['browse']
        for (const second of record.load.slice(25, 30))
          second.requests['browse'] = requestSecond(90 - slow, {slow})
      })
    const row = rowOf(compareRecords(short(0), short(30), options), 'browse p99', 'fault')
    expect(row).toMatchObject({
      finding: 'cannot tell',
      message: 'A has 5 seconds of answers, 8 are needed',
    })
  })

  it('calls nothing the same or better where a run was no experiment', () => {
    const unfelt = changed((record) => {
      for (const event of record.events)
        if (event.event === 'fault-seen')
          event.evidence = {bit: 'no', observations: ['nothing was felt'], numbers: {}}
    })
    const wide = {...options, margin: 1}
    const sound = changed((record) => {
      record.header.plan.scenario.objectives.splice(1)
    })
    unfelt.header.plan.scenario.objectives.splice(1)
    expect(compareRecords(sound, sound, wide).finding).toBe('same')
    expect(compareRecords(sound, unfelt, wide).finding).toBe('cannot tell')
    expect(compareRecords(unfelt, sound, wide).finding).toBe('cannot tell')
  })

  it('calls worse what held in A and was missed in B, with or without an interval', () => {
    const broken = changed((record) => {
      for (const {labels, v} of record.series)
        if (labels['__name__'] === 'circuit_state' || labels['le'] === '0.3') v.fill(0)
    })
    const comparison = compareRecords(paymentSlowRecord(), broken, options)
    const [query, recovery] = [
      rowOf(comparison, 'breaker opened', 'fault'),
      rowOf(comparison, 'checkout recovers', 'recovery'),
    ]
    expect(query).toMatchObject({finding: 'worse', a: 2, b: 0})
    expect(recovery).toMatchObject({finding: 'worse', message: expect.stringContaining('not good again')})
    expect(rowOf(compareRecords(broken, broken, options), 'breaker opened', 'fault')?.finding).toBe(
      'not compared',
    )
  })

  it('says what else is different between the runs', () => {
    const other = changed(({header}) => {
      header.plan.seed = 1
      header.source.text = 'name: other'
    })
    expect(compareRecords(paymentSlowRecord(), other, options).unlike).toEqual([
      'the scenario file',
      'the seed',
    ])
  })

  it('cannot tell where one side has no number', () => {
    const blind = changed((record) => {
      record.series = record.series.filter(({labels}) => labels['__name__'] !== 'http_requests_total')
    })
    const comparison = compareRecords(paymentSlowRecord(), blind, {...options, margin: 1})
    const row = rowOf(comparison, 'browsing stays up', 'fault')
    expect([row?.finding, comparison.finding]).toEqual(['cannot tell', 'cannot tell'])
    expect(row?.message).toContain('B has no number: no data')
  })
})
