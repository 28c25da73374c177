import {clip, columns, marks, type Paint, plain, styles} from '../../reporters/layout.js'
import {formatDuration, formatPercent} from '../../scenarios/quantities.js'
import {elapsed, number, percent, sign} from '../../verdict/words.js'
import type {Course} from './objective-course.js'
import type {ObjectiveEntry} from './run-entry.js'

const bars = '▁▂▃▄▅▆▇█'

/** Widths in characters: of the scale on which estimates are drawn, and from which one there is room for it. */
const scaleWidth = {least: 12, most: 40}
const roomForTable = 60

/** The numbers of a course and the two ends of its scale; undefined when nothing was ever measured. */
const rangeOf = ({runs}: Course): {low: number; high: number} | undefined => {
  const measured = runs.filter(({verdict}) => verdict.estimate !== undefined)
  const all = measured.flatMap(({verdict: {estimate = 0, interval, target}}) => [
    estimate,
    interval?.low ?? estimate,
    interval?.high ?? estimate,
    target,
  ])
  return all.length === 0 ? undefined : {low: Math.min(...all), high: Math.max(...all)}
}

/** Estimates as a row of bars over their own range, oldest first; a gap where nothing was measured. */
export const barsOf = (values: readonly (number | undefined)[], width: number): string => {
  const shown = width > 0 ? values.slice(-width) : []
  const known = shown.filter((value) => value !== undefined)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return shown
    .map((value) => {
      if (value === undefined) return ' '
      const share = high === low ? 1 : (value - low) / (high - low)
      return bars.charAt(Math.round(share * (bars.length - 1)))
    })
    .join('')
}

/** `  ├──●─┤ ┊ `: the interval, the estimate in it, and the target. */
export const scaleOf = (
  {estimate, interval, target}: Pick<ObjectiveEntry, 'estimate' | 'interval' | 'target'>,
  {low, high}: {low: number; high: number},
  width: number,
): string => {
  const at = (value: number): number =>
    high === low ? 0 : Math.round(((value - low) / (high - low)) * (width - 1))
  const cells = Array.from({length: width}, () => ' ')
  if (interval) {
    for (let cell = at(interval.low); cell <= at(interval.high); cell++) cells[cell] = '─'
    cells[at(interval.low)] = '├'
    cells[at(interval.high)] = '┤'
  }
  cells[at(target)] = '┊'
  if (estimate !== undefined) cells[at(estimate)] = '●'
  return cells.join('')
}

const inUnit = (unit: ObjectiveEntry['unit'], value: number): string =>
  unit === 'ratio' ? percent(value) : unit === 'ms' ? elapsed(value) : number(value)

const asked = ({unit, target, comparator}: ObjectiveEntry): string => {
  const words =
    unit === 'ratio' ? formatPercent(target) : unit === 'ms' ? formatDuration(target) : number(target)
  return `${sign(comparator)} ${words}`
}

const headOf = (course: Course, width: number): string => {
  const last = course.runs.at(-1)
  const title = `${course.scenario}: ${course.objective} (${course.phase})`
  return clip(`${plain(title)}${last ? `, asked ${asked(last.verdict)}` : ''}`, width)
}

const when = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** An objective over runs, for people: bars of the estimates, then a line for each run with its interval and the target. */
export const courseText = (course: Course, {width, paint}: {width: number; paint: Paint}): string[] => {
  const range = rangeOf(course)
  const room = Math.max(scaleWidth.least, Math.min(scaleWidth.most, width - roomForTable))
  const rows = columns(
    course.runs.map(({createdMs, runOutcome, mode, verdict}) => {
      const outcome = runOutcome === 'invalid' ? 'invalid' : verdict.outcome
      const mark = `${marks[outcome]} ${outcome}${mode === 'counterfactual' ? ' (counterfactual)' : ''}`
      const {unit, estimate, interval} = verdict
      const value = estimate === undefined ? '–' : inUnit(unit, estimate)
      if (width < roomForTable) return [`  ${mark}`, value]
      const ends = interval ? `${inUnit(unit, interval.low)}–${inUnit(unit, interval.high)}` : ''
      const drawn = range ? scaleOf(verdict, range, room) : ''
      return [`  ${when(createdMs)}`, mark, value, ends, drawn]
    }),
    width < roomForTable ? [1] : [2],
  )
  const estimates = course.runs.map(({verdict}) => verdict.estimate)
  return [
    paint('bold', headOf(course, width)),
    ...(range ? [`  ${barsOf(estimates, width - 2)}`] : []),
    ...rows.map((row, at) => {
      const outcome = course.runs[at]?.verdict.outcome
      const cut = clip(row, width)
      return outcome ? cut.replace(marks[outcome], (mark) => paint(styles[outcome], mark)) : cut
    }),
    ...(range && width >= roomForTable
      ? [
          paint(
            'dim',
            `  ├─●─┤ interval and estimate, ┊ target, from ${inUnit(unitOf(course), range.low)} to ${inUnit(unitOf(course), range.high)}`,
          ),
        ]
      : []),
  ]
}

const unitOf = ({runs}: Course): ObjectiveEntry['unit'] => runs.at(-1)?.verdict.unit ?? 'value'
