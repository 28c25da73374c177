import {comparedTitles, findingInWords, findingMarks, sideInWords} from '../reporters/comparison-phrases.js'
import {clip, columns, plain} from '../reporters/layout.js'
import {formatPercent} from '../scenarios/quantities.js'
import type {Comparison, ComparisonRow} from '../verdict/compare/comparison.js'
import {list} from '../verdict/words.js'

const rowsOf = (rows: readonly ComparisonRow[]): string[] =>
  columns(
    rows.map(({what, phase, finding, message}) => [
      `  ${findingMarks[finding]} ${finding}`,
      clip(plain(what), 32),
      phase,
      plain(message),
    ]),
  )

/** A comparison for people; ends without a newline. */
export const comparisonText = (comparison: Comparison): string => {
  const {a, b, unlike, rows, confidence, margin, gate} = comparison
  const tables = (['objective', 'request', 'edge'] as const).flatMap((of) => {
    const own = rows.filter((row) => row.of === of)
    return own.length === 0 ? [] : ['', comparedTitles[of], ...rowsOf(own)]
  })
  return [
    `A  ${sideInWords(a)}`,
    `B  ${sideInWords(b)}`,
    ...(unlike.length > 0 ? [`Not alike in ${list(unlike)}: a change may come from there.`] : []),
    ...tables,
    '',
    findingInWords(comparison),
    ...(gate === 'all' ? [] : ['Latencies and edges point to where to look; --gate all counts them, too.']),
    `Intervals at ${formatPercent(confidence)}; changes within ${formatPercent(margin)} of the error budget, the time limit or the latency count as none.`,
  ].join('\n')
}
