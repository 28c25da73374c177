import {formatPercent} from '../scenarios/quantities.js'
import type {ComparisonRow} from '../verdict/compare/comparison.js'
import {list} from '../verdict/words.js'
import {comparedTitles, findingInWords, findingMarks, sideInWords} from './comparison-phrases.js'
import {cappedRows, inert, type Limits, short, table} from './markdown-text.js'
import type {Report} from './reporter.js'

const names = {a: 'the baseline', b: 'this run'}

/** What changed since the last run on the main branch: a sentence in sight, the rows folded away. */
export const baselineLines = ({baseline}: Report, limits: Limits): string[] => {
  if (!baseline) return []
  if ('missing' in baseline) return [`No comparison: ${short(baseline.missing, limits)}.`, '']
  const {comparison} = baseline
  const {a, unlike, rows, confidence, margin} = comparison
  const told = rows.filter(({finding}) => finding !== 'not compared')
  return [
    `**Against the baseline: ${findingMarks[comparison.finding]} ${comparison.finding}.** ${short(findingInWords(comparison, names), limits)}`,
    '',
    `<details><summary>${told.length} numbers beside the baseline</summary>`,
    '',
    `The baseline (A) is ${short(sideInWords(a), limits)}; B is this run.`,
    ...(unlike.length > 0
      ? [`Not alike in ${short(list(unlike), limits)}: a change may come from there.`]
      : []),
    '',
    ...table(
      ['', 'of', 'what', 'phase', 'baseline to this run'],
      cappedRows(
        told.map((row) => cells(row, limits)),
        limits,
      ),
    ),
    '',
    `Intervals at ${formatPercent(confidence)}; changes within ${formatPercent(margin)} of the error budget, the time limit or the latency count as none. Latencies and edges point to where to look; the objectives decide.`,
    '',
    '</details>',
    '',
  ]
}

const cells = ({of, what, phase, finding, message}: ComparisonRow, limits: Limits): string[] => [
  `${findingMarks[finding]} ${finding}`,
  inert(comparedTitles[of]),
  short(what, limits),
  phase,
  short(message, limits),
]
