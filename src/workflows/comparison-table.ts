import {clip, columns, plain} from '../reporters/layout.js'
import {formatPercent} from '../scenarios/quantities.js'
import {type Comparison, type ComparisonRow, noExperiments, type Side} from '../verdict/compare/comparison.js'
import {list, plural} from '../verdict/words.js'

const marks = {worse: '✘', 'cannot tell': '?', better: '↑', same: '=', 'not compared': '–'} as const

const sideLine = (name: string, {runId, createdMs, outcome}: Side): string =>
  `${name}  ${plain(runId)}, ${new Date(createdMs).toISOString().slice(0, 19)}Z, judged ${outcome}`

const rowsOf = (rows: readonly ComparisonRow[]): string[] =>
  columns(
    rows.map(({what, phase, finding, message}) => [
      `  ${marks[finding]} ${finding}`,
      clip(plain(what), 32),
      phase,
      plain(message),
    ]),
  )

const titles = {
  objective: 'Objectives',
  request: 'Latency as the load engine saw it',
  edge: 'Failed attempts on edges',
} as const satisfies Record<ComparisonRow['of'], string>

const sentence = (comparison: Comparison): string => {
  const {finding, rows, margin, gate} = comparison
  const spoiled = noExperiments(comparison)
  if (finding === 'cannot tell' && spoiled.length > 0)
    return `It cannot be told whether B is worse: ${list(spoiled)} ${spoiled.length > 1 ? 'were' : 'was'} no whole experiment; judge tells why.`
  const which = rows.filter((row) => row.finding === finding && (gate === 'all' || row.of === 'objective'))
  const names = list([...new Set(which.map(({what}) => `"${plain(what)}"`))].slice(0, 3))
  switch (finding) {
    case 'worse':
      return `B is worse than A in ${names}${which.length > 3 ? ` and more (${plural(which.length, 'row')})` : ''}.`
    case 'better':
      return `B is better than A in ${names}, and worse in nothing that could be compared.`
    case 'same':
      return `B is as A within ${formatPercent(margin)} in all that could be compared.`
    case 'cannot tell':
      return which.length === 0
        ? 'Nothing could be compared: no objective with an interval, too little load.'
        : `It cannot be told whether B is worse in ${names}: ${which.some(({change}) => change === undefined) ? 'a number is missing, the rows say why' : 'longer phases or more load would tell'}.`
  }
}

/** A comparison for people; ends without a newline. */
export const comparisonText = (comparison: Comparison): string => {
  const {a, b, unlike, rows, confidence, margin, gate} = comparison
  const tables = (['objective', 'request', 'edge'] as const).flatMap((of) => {
    const own = rows.filter((row) => row.of === of)
    return own.length === 0 ? [] : ['', titles[of], ...rowsOf(own)]
  })
  return [
    sideLine('A', a),
    sideLine('B', b),
    ...(unlike.length > 0 ? [`Not alike in ${list(unlike)}: a change may come from there.`] : []),
    ...tables,
    '',
    sentence(comparison),
    ...(gate === 'all' ? [] : ['Latencies and edges point to where to look; --gate all counts them, too.']),
    `Intervals at ${formatPercent(confidence)}; changes within ${formatPercent(margin)} of the error budget, the time limit or the latency count as none.`,
  ].join('\n')
}
