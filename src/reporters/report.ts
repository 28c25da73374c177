import type {RunRecord} from '../run/record.js'
import {summarise} from '../verdict/summary.js'
import type {Verdict} from '../verdict/verdict.js'
import {nextSteps} from './next-steps.js'
import type {Report} from './reporter.js'

/** Puts together what reports are made of; histograms are decoded here, once. */
export const makeReport = (record: RunRecord, verdict: Verdict, recordPath: string): Report => {
  const summary = summarise(record)
  const advice = [...verdict.advice, ...nextSteps(verdict, summary)]
  return {record, verdict: {...verdict, advice}, summary, recordPath}
}
