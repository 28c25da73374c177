import {describe, expect, it} from 'vitest'
import {parseExposition} from '../../src/metrics/exposition.js'
import {parseSeriesText} from '../../src/metrics/exposition-labels.js'
import type {Labels} from '../../src/metrics/source.js'
import metrics from '../../src/reporters/metrics.js'
import type {Report} from '../../src/reporters/reporter.js'
import {hostileReport} from '../fakes/hostile-report.js'
import {variantReport, variants} from '../fakes/record-variants.js'

const text = (report: Report): string => metrics.render(report, {color: false, width: 80})

/** As a Prometheus reads it: our own reader stands for it, which is compared with the real one elsewhere. */
const scraped = (report: Report): {labels: Labels; value: number; tMs: number | undefined}[] =>
  parseExposition(text(report), 'prometheus', parseSeriesText).map(({series, value, tMs}) => ({
    labels: series,
    value,
    tMs,
  }))

const numberOf = (report: Report, name: string, labels: Labels = {}): number | undefined =>
  scraped(report).find(
    (sample) =>
      sample.labels['__name__'] === name &&
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value

describe('metrics', () => {
  it.each(['pass', 'no data', 'residual'] as const)(
    'reads back, without timestamps and doubles, for a run that is "%s"',
    (variant) => {
      for (const report of [variantReport(variant), hostileReport(variant)]) {
        const samples = scraped(report)
        expect(samples.length).toBeGreaterThan(15)
        expect(samples.every(({tMs}) => tMs === undefined)).toBe(true)
        const series = samples.map(({labels}) => JSON.stringify(Object.entries(labels).sort()))
        expect(new Set(series).size).toBe(series.length)
      }
    },
  )

  it.each(variants)('has one outcome for a run that is "%s"', (variant) => {
    const report = variantReport(variant)
    const states = scraped(report).filter(({labels}) => labels['__name__'] === 'shakedown_run_outcome')
    expect(states).toHaveLength(7)
    expect(states.filter(({value}) => value === 1).map(({labels}) => labels['outcome'])).toEqual([
      report.verdict.outcome,
    ])
  })

  it('gives the numbers of the verdict, times in seconds', () => {
    const report = variantReport('pass')
    const up = {objective: 'browsing stays up', phase: 'fault', unit: 'ratio'}
    expect(numberOf(report, 'shakedown_objective_estimate', up)).toBeCloseTo(0.99926, 5)
    expect(numberOf(report, 'shakedown_objective_interval_low', up)).toBeCloseTo(0.99733, 5)
    expect(numberOf(report, 'shakedown_objective_target', {...up, comparator: '>='})).toBe(0.995)
    const recovers = {objective: 'checkout recovers', unit: 'seconds'}
    const estimateMs = report.verdict.objectives.find(({unit}) => unit === 'ms')?.estimate ?? Number.NaN
    expect(numberOf(report, 'shakedown_objective_estimate', recovers)).toBe(estimateMs / 1000)
    expect(numberOf(report, 'shakedown_objective_target', recovers)).toBe(15)
    expect(numberOf(report, 'shakedown_objective_outcome', {...recovers, outcome: 'pass'})).toBe(1)
    expect(numberOf(report, 'shakedown_objective_outcome', {...recovers, outcome: 'fail'})).toBe(0)
  })

  it('leaves out what was not measured, rather than call it zero', () => {
    const report = variantReport('no data')
    const up = {objective: 'browsing stays up'}
    expect(numberOf(report, 'shakedown_objective_estimate', up)).toBeUndefined()
    expect(numberOf(report, 'shakedown_objective_outcome', {...up, outcome: 'inconclusive'})).toBe(1)
  })

  it('explains every metric once', () => {
    const lines = text(variantReport('pass')).split('\n')
    const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
    expect(new Set(families).size).toBe(families.length)
    expect(lines.filter((line) => line.startsWith('# HELP'))).toHaveLength(families.length)
  })
})
