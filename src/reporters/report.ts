import type {RunRecord} from '../run/record.js'
import {summarise} from '../verdict/summary.js'
import type {Verdict} from '../verdict/verdict.js'
import type {Report} from './reporter.js'

/** Puts together what reports are made of; histograms are decoded here, once. */
export const makeReport = (record: RunRecord, verdict: Verdict, recordPath: string): Report => ({
  record,
  verdict,
  summary: summarise(record),
  recordPath,
})
