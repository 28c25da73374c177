import type {RunEvent, RunRecord} from '../../src/run/record.js'
import type {Objective, RatioObjective} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import type {ObjectiveVerdict, Verdict} from '../../src/verdict/verdict.js'
import {paymentSlowRecord} from './record-payment-slow.js'
import {runStartMs} from './record-series.js'

type Change = (record: RunRecord) => void

/** The verdict on the fixed record after a change to it, by other objectives where there are some. */
export const verdictOf = (change: Change, objectives?: Objective[]): Verdict => {
  const record = paymentSlowRecord()
  change(record)
  return judge(record, objectives ? {objectives} : {})
}

/** The verdict on one objective, in its first phase. */
export const one = (objective: Objective, change: Change = () => {}): ObjectiveVerdict => {
  const [verdict] = verdictOf(change, [objective]).objectives
  if (!verdict) throw new Error('no verdict')
  return verdict
}

export const failedChecks = ({validity}: Verdict): string[] =>
  validity.filter(({ok}) => !ok).map(({name}) => name)

/** The start of an event at an offset from the first request. */
export const at = (offsetMs: number): Pick<RunEvent, 'kind' | 'atMs'> => ({
  kind: 'event',
  atMs: runStartMs + offsetMs,
})

/** Errors of the edge, as an objective. */
export const ratio = (change: Partial<RatioObjective> = {}): RatioObjective => ({
  kind: 'ratio',
  name: 'up',
  bad: 'http_requests_total{job="edge", code=~"5.."}',
  total: 'http_requests_total{job="edge"}',
  target: 0.99,
  during: ['fault'],
  confidence: 0.95,
  minSamples: 10,
  ...change,
})
