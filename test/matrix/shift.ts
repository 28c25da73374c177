import type {RunRecord} from '../../src/run/record.js'
import {runStartMs} from '../fakes/record-series.js'
import type {Preparation} from './matrix.js'

/** Every time in a value that is one of the run's. */
const moved = <T>(value: T, byMs: number): T => {
  const isTime = (one: number): boolean => Math.abs(one - runStartMs) < 24 * 3_600_000
  const text = JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'number' && isTime(one) ? one + byMs : one,
  )
  // The shape is that of the value: numbers were added to.
  return JSON.parse(text) as T
}

/** A case by itself among others in one store: its jobs have names that no other case has, and its run has just ended. */
export const apart = (case_: Preparation, number: number, startMs: number): Preparation => {
  const byMs = startMs - runStartMs
  const own = (job: string): string => `${job}-${number}`
  const renamed = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value).replace(/job=\\"([^"\\]+)\\"/g, (_, job: string) => `job=\\"${own(job)}\\"`),
    ) as T // As above.
  const {record, objectives = record.header.plan.scenario.objectives} = case_
  const header = moved(record.header, byMs)
  header.plan.scenario = renamed({...header.plan.scenario, objectives})
  const shifted: RunRecord = {
    ...record,
    header,
    events: moved(record.events, byMs),
    load: moved(record.load, byMs),
    series: record.series.map(({labels, t, v}) => ({
      labels: {...labels, job: own(labels['job'] ?? '')},
      t: t.map((tMs) => tMs + byMs),
      v,
    })),
    ...(record.end && {end: moved(record.end, byMs)}),
  }
  const {objectives: _, ...rest} = case_
  return {...rest, record: shifted}
}
