import type {Report} from '../../src/reporters/reporter.js'
import {type Variant, variantReport} from './record-variants.js'

/** What a scenario, a metric or a server may say to break a report. */
export const nasty =
  'a|b <script>&"\' `x` @all \u001b[31mred\u0007\u0000 \ud800 [link](http://x) ![i](y) 50% a:b,c ]]> <!-- \r\nnext ::error::boo'

/** A report in which every text from outside is one that would break what is written carelessly. */
export const hostileReport = (variant: Variant, text = nasty): Report => {
  const report = variantReport(variant)
  const {header} = report.record
  header.plan.scenario.name = text
  header.plan.target.name = text
  header.source.path = text
  for (const objective of header.plan.scenario.objectives) objective.name = text
  for (const fault of header.plan.faults) fault.aim.does = text
  for (const objective of report.verdict.objectives) {
    objective.name = text
    objective.message = text
  }
  for (const check of report.verdict.validity) {
    check.name = text
    check.message = text
  }
  for (const moment of report.summary.timeline) moment.text = text
  for (const row of report.summary.load) row.request = text
  report.summary.flows = [
    {flow: text, started: 3, completed: 2, broken: [{step: text, reason: text, count: 1}]},
  ]
  report.verdict.summary = text
  report.verdict.advice = [text]
  report.recordPath = text
  return report
}
