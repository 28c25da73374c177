import type {Series} from '../../src/metrics/source.js'
import type {RunRecord} from '../../src/run/record.js'
import {runStartMs} from '../fakes/record-series.js'

/** What can be wrong with the samples of an objective: changes every series that `of` matches. */
export type Defect = (record: RunRecord, of: (series: Series) => boolean) => void

const faultStartMs = runStartMs + 25_000
const faultEndMs = runStartMs + 55_000
/** 15 s after the fault ended, 5 s before the run does. */
const lateMs = runStartMs + 70_000

const each =
  (change: (series: Series) => void): Defect =>
  (record, of) => {
    for (const series of record.series) if (of(series)) change(series)
  }

/** Keeps the samples for which `keep` holds. */
const only =
  (keep: (tMs: number, index: number) => boolean): Defect =>
  (record, of) =>
    each((series) => {
      const kept = series.t.map(keep)
      series.t = series.t.filter((_, index) => kept[index])
      series.v = series.v.filter((_, index) => kept[index])
    })(record, of)

const values =
  (change: (value: number | null, tMs: number) => number | null): Defect =>
  (record, of) =>
    each((series) => {
      series.v = series.v.map((value, index) => change(value, series.t[index] ?? 0))
    })(record, of)

const inRecovery = (tMs: number): boolean => tMs > faultEndMs

const inFault = (tMs: number): boolean => tMs > faultStartMs && tMs <= faultEndMs

/** Every way in which data goes wrong, by what happened to it. */
export const defects = {
  'no such series': (record, of) => {
    record.series = record.series.filter((series) => !of(series))
  },
  'series without a sample': only(() => false),
  'one sample in all': only((_, index) => index === 0),
  'nothing before the fault phase ends': only((t) => t > faultEndMs),
  'nothing during the fault phase': only((t) => !inFault(t)),
  'nothing in the second half of the fault phase': only((t) => t < faultStartMs + 15_000 || t > faultEndMs),
  'nothing after the middle of the fault phase': only((t) => t < faultStartMs + 15_000),
  'nothing in the first half of the fault phase': only((t) => t < faultStartMs || t > faultStartMs + 15_000),
  'stale markers all through the fault phase': values((value, t) => (inFault(t) ? null : value)),
  'NaN in every sample': values(() => Number.NaN),
  'NaN all through the fault phase': values((value, t) => (inFault(t) ? Number.NaN : value)),
  'infinite in every sample': values(() => Number.POSITIVE_INFINITY),
  'infinite from the middle of the fault phase on': values((value, t) =>
    t > faultStartMs + 15_000 ? Number.POSITIVE_INFINITY : value,
  ),
  'a flat line: nothing counted at all': each((series) => {
    series.v = series.v.map(() => series.v[0] ?? null)
  }),
  'another job label': each((series) => {
    series.labels = {...series.labels, job: 'other'}
  }),
  'another route label': each((series) => {
    series.labels = {...series.labels, route: '/elsewhere'}
  }),
  'sampled once in 20 s only': only((_, index) => index % 40 === 0),
  'clock of the source an hour behind': each((series) => {
    series.t = series.t.map((t) => t - 3_600_000)
  }),
  'clock of the source an hour ahead': each((series) => {
    series.t = series.t.map((t) => t + 3_600_000)
  }),
} as const satisfies Record<string, Defect>

/** The same for what is judged after the fault. */
export const recoveryDefects = {
  'no such series': defects['no such series'],
  'one sample in all': defects['one sample in all'],
  'nothing during the recovery phase': only((t) => !inRecovery(t)),
  'nothing in the first half of the recovery phase': only((t) => !inRecovery(t) || t > faultEndMs + 10_000),
  'nothing in the last 5 s': only((t) => t < lateMs),
  'stale markers all through the recovery phase': values((value, t) => (inRecovery(t) ? null : value)),
  'NaN in every sample': defects['NaN in every sample'],
  'NaN all through the recovery phase': values((value, t) => (inRecovery(t) ? Number.NaN : value)),
  'infinite in every sample': defects['infinite in every sample'],
  'a flat line: nothing counted at all': defects['a flat line: nothing counted at all'],
  'another job label': defects['another job label'],
  'another route label': defects['another route label'],
  'sampled once in 20 s only': defects['sampled once in 20 s only'],
  'clock of the source an hour behind': defects['clock of the source an hour behind'],
  'clock of the source an hour ahead': defects['clock of the source an hour ahead'],
} as const satisfies Record<string, Defect>

/** Odd in form, and right all the same: the numbers must come out as if nothing were odd. */
export const oddities = {
  'every sample twice': each((series) => {
    series.t = series.t.flatMap((t) => [t, t])
    series.v = series.v.flatMap((value) => [value, value])
  }),
  'an equal series of another instance that counts nothing': (record, of) => {
    const more = record.series.filter(of).map((series) => ({
      ...series,
      labels: {...series.labels, instance: 'edge-2'},
      v: series.v.map(() => 0),
    }))
    record.series.push(...more)
  },
  'a restart in the middle of the fault phase': each((series) => {
    const at = series.t.findIndex((t) => t > faultStartMs + 15_000)
    const before = series.v[at - 1] ?? 0
    series.v = series.v.map((value, index) =>
      index < at || value === null ? value : Math.max(0, value - before),
    )
  }),
} as const satisfies Record<string, Defect>
