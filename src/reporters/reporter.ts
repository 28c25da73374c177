import type {RunRecord} from '../run/record.js'
import type {Comparison} from '../verdict/compare/comparison.js'
import type {RunSummary} from '../verdict/summary.js'
import type {Verdict} from '../verdict/verdict.js'

/** What every report is made of. */
export interface Report {
  record: RunRecord
  verdict: Verdict
  /** Numbers derived from the record once, for all reporters. */
  summary: RunSummary
  /** Where the record lies, as the user would type it. */
  recordPath: string
  /** What changed since an earlier run, when one was named; or why it could not be compared. */
  baseline?: Baseline
}

/** An earlier run of the same scenario beside this one. */
export type Baseline = {comparison: Comparison} | {missing: string}

/** A finished report as text. Pure: reads no file, no clock, no environment. */
export interface Reporter {
  summary: string
  /** File name extension, for reports written to files. */
  extension: string
  /** Others read the file at any moment: it is replaced as a whole. */
  replaced?: true
  render(report: Report, options: {color: boolean; width: number; assets?: Assets}): string
}

/** Texts that a page is made of besides the report. */
export interface Assets {
  css: string
  js: string
  /** Of the plotting library. */
  plotCss: string
  plotJs: string
}
