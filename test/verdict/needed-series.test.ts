import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import {judge} from '../../src/verdict/judge.js'
import {neededSeries} from '../../src/verdict/needed-series.js'
import {summarise} from '../../src/verdict/summary.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {seriesOf} from '../fakes/record-series.js'
import {variantReport, variants} from '../fakes/record-variants.js'
import {defects} from '../matrix/defects.js'

/** Series that nothing asks about, of the same and of other instances. */
const others = (record: RunRecord): RunRecord['series'] => {
  const times = record.series[0]?.t ?? []
  return ['nodejs_heap_size_total_bytes', 'http_request_duration_seconds_sum'].flatMap((name) =>
    ['edge', 'somewhere-else'].map((job) =>
      seriesOf(name, {job, instance: `${job}-1`}, times, (offset) => offset),
    ),
  )
}

const narrowed = (record: RunRecord): RunRecord => {
  const want = neededSeries(record.header.plan)
  return {...record, series: record.series.filter(({labels}) => want(labels))}
}

describe('the series that a verdict needs', () => {
  it.each(variants)('give the same verdict and summary of a run that is "%s"', (variant) => {
    const {record} = variantReport(variant)
    const whole = {...record, series: [...record.series, ...others(record)]}
    const few = narrowed(whole)
    expect(few.series.length).toBeLessThan(whole.series.length)
    expect(judge(few)).toEqual(judge(whole))
    expect(summarise(few)).toEqual(summarise(whole))
  })

  it.each(Object.entries(defects))('give the same verdict on data with a defect: %s', (_, defect) => {
    const record = paymentSlowRecord()
    defect(record, ({labels}) => labels['route'] === '/checkout')
    expect(judge(narrowed(record))).toEqual(judge(record))
  })

  it('are those of other objectives where those are judged', () => {
    const {header} = paymentSlowRecord()
    const labels = {__name__: 'queue_depth', job: 'edge'}
    expect(neededSeries(header.plan)(labels)).toBe(false)
    const [first] = header.plan.scenario.objectives
    if (!first) throw new Error('no objective')
    const query = {
      ...first,
      kind: 'query',
      query: 'max(queue_depth)',
      expect: {comparator: '<', value: 5},
    } as const
    expect(neededSeries(header.plan, {objectives: [query]})(labels)).toBe(true)
    expect(
      neededSeries(header.plan, {objectives: [query]})({__name__: 'http_requests_total', job: 'edge'}),
    ).toBe(false)
  })
})
