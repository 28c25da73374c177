import {exitCodeOf} from '../exit-codes.js'
import type {Report, Reporter} from './reporter.js'

/** The report for programs. Its shape is versioned by `verdictVersion`; see docs/verdicts.md. */
const json: Reporter = {
  summary: 'For programs: verdict, numbers and where they come from; versioned.',
  extension: 'json',
  render: (report) => `${JSON.stringify(documentOf(report), keepNumbers, 2)}\n`,
}
export default json

const documentOf = ({record: {header, end}, verdict, summary, recordPath}: Report) => ({
  verdictVersion: verdict.verdictVersion,
  recordVersion: header.recordVersion,
  outcome: verdict.outcome,
  exitCode: exitCodeOf(verdict.outcome),
  run: {
    id: header.runId,
    scenario: header.plan.scenario.name,
    source: header.source.path,
    target: header.plan.target.name,
    mode: header.mode,
    seed: header.seed,
    created: new Date(header.createdMs).toISOString(),
    ended: end?.ended ?? null,
    record: recordPath,
    sampleIntervalMs: header.sampleIntervalMs,
    versions: header.versions,
    machine: header.machine,
  },
  verdict,
  summary,
})

/** JSON has no infinities and no NaN, and would write null: they are kept as text, as Prometheus does. */
const keepNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
