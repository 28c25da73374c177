import {clip, columns, hanging, marks, type Paint, plain, styles} from '../../reporters/layout.js'
import {formatDuration} from '../../scenarios/quantities.js'
import {plural} from '../../verdict/words.js'
import type {Listed} from './list-runs.js'
import type {RunEntry} from './run-entry.js'

/** From this width on there is room for a table; below, a run takes two short lines. */
const roomForTable = 72

/** Records that cannot be read are many only where something else is wrong. */
const mostBroken = 10

const wholeSeconds = (ms: number): string => formatDuration(Math.round(ms / 1000) * 1000)

const outcomeOf = ({outcome, mode}: RunEntry): string =>
  `${marks[outcome]} ${outcome}${mode === 'counterfactual' ? ', counterfactual' : ''}`

const rowOf = (entry: RunEntry): string[] => [
  `${outcomeOf(entry)}`,
  plain(entry.run),
  wholeSeconds(entry.durationMs),
  `seed ${entry.seed}`,
]

const isRun = (one: Listed): one is Listed & RunEntry => !('problem' in one)

/** Runs for people, newest first: how each ended, which it was, how long it took; why, where it did not pass. */
export const runsText = (
  listed: readonly Listed[],
  {width, paint}: {width: number; paint: Paint},
): string[] => {
  const runs = listed.filter(isRun)
  const rows = width < roomForTable ? runs.map(narrowRow) : columns(runs.map(rowOf), [2])
  const table = runs.flatMap((entry, at) => [
    clip(rows[at] ?? '', width).replace(marks[entry.outcome], (mark) => paint(styles[entry.outcome], mark)),
    ...(entry.outcome === 'pass' ? [] : [paint('dim', clip(`    ${plain(entry.summary)}`, width))]),
  ])
  const broken = listed.flatMap((one) => ('problem' in one ? [one.problem] : []))
  return [
    ...table,
    ...broken.slice(0, mostBroken).flatMap((problem) => hanging('! ', problem, width)),
    ...(broken.length > mostBroken ? [`  and ${broken.length - mostBroken} more`] : []),
    '',
    ...hanging('', tally(runs, broken.length), width),
  ]
}

const narrowRow = (entry: RunEntry): string => `${outcomeOf(entry)} ${plain(entry.scenario)}`

/** `12 runs: 10 pass, 2 fail` */
const tally = (runs: readonly RunEntry[], broken: number): string => {
  const outcomes = [...new Set(runs.map(({outcome}) => outcome))]
  const counted = outcomes.map(
    (outcome) => `${runs.filter((run) => run.outcome === outcome).length} ${outcome}`,
  )
  return [
    `${plural(runs.length, 'run')}${counted.length > 0 ? `: ${counted.join(', ')}` : ''}`,
    ...(broken > 0 ? [`${plural(broken, 'record')} could not be read`] : []),
  ].join('; ')
}
