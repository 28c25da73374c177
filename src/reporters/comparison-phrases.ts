import {formatPercent} from '../scenarios/quantities.js'
import {type Comparison, type ComparisonRow, noExperiments, type Side} from '../verdict/compare/comparison.js'
import {list, plural} from '../verdict/words.js'
import {plain} from './layout.js'

export const findingMarks = {
  worse: '✘',
  'cannot tell': '?',
  better: '↑',
  same: '=',
  'not compared': '–',
} as const satisfies Record<ComparisonRow['finding'], string>

export const comparedTitles = {
  objective: 'Objectives',
  request: 'Latency as the load engine saw it',
  edge: 'Failed attempts on edges',
} as const satisfies Record<ComparisonRow['of'], string>

/** `20261121-211721-payment-slow-4707, 2026-11-21T21:17:21Z, judged pass` */
export const sideInWords = ({runId, createdMs, outcome}: Side): string =>
  `${plain(runId)}, ${new Date(createdMs).toISOString().slice(0, 19)}Z, judged ${outcome}`

/** How the two sides of a comparison are called. */
export interface SideNames {
  a: string
  b: string
}

/** What came of a comparison, in a sentence. */
export const findingInWords = (comparison: Comparison, names: SideNames = {a: 'A', b: 'B'}): string => {
  const told = sentenceOf(comparison, names)
  return `${told.charAt(0).toUpperCase()}${told.slice(1)}`
}

const sentenceOf = (comparison: Comparison, names: SideNames): string => {
  const {finding, rows, margin, gate} = comparison
  const {a, b} = names
  const spoiled = noExperiments(comparison).map((side) => (side === 'A' ? a : b))
  if (finding === 'cannot tell' && spoiled.length > 0)
    return `It cannot be told whether ${b} is worse: ${list(spoiled)} ${spoiled.length > 1 ? 'were' : 'was'} no whole experiment; judge tells why.`
  const which = rows.filter((row) => row.finding === finding && (gate === 'all' || row.of === 'objective'))
  const found = list([...new Set(which.map(({what}) => `"${plain(what)}"`))].slice(0, 3))
  switch (finding) {
    case 'worse':
      return `${b} is worse than ${a} in ${found}${which.length > 3 ? ` and more (${plural(which.length, 'row')})` : ''}.`
    case 'better':
      return `${b} is better than ${a} in ${found}, and worse in nothing that could be compared.`
    case 'same':
      return `${b} is as ${a} within ${formatPercent(margin)} in all that could be compared.`
    case 'cannot tell':
      return which.length === 0
        ? 'Nothing could be compared: no objective with an interval, too little load.'
        : `It cannot be told whether ${b} is worse in ${found}: ${which.some(({change}) => change === undefined) ? 'a number is missing, the rows say why' : 'longer phases or more load would tell'}.`
  }
}
