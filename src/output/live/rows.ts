import type {LiveLoad, ObjectiveState, Progress} from '../../run/progress.js'
import {wholeMs} from '../format.js'
import {cutTo} from './columns.js'

/** A style of the terminal, or none where it shows no colours. */
export type Paint = (style: 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string

/** What a view of one moment is made of. */
export interface Scene {
  progress: Progress
  /** The last seconds of load, oldest first. */
  seconds: readonly LiveLoad[]
  /** The last row: what keys do, or the note that is being written. */
  footer?: string | undefined
}

/** The terminal that it is for. */
export interface Canvas {
  columns: number
  rows: number
  paint: Paint
  sparkline: (values: readonly (number | undefined)[], width: number) => string
}

const clockTime = (ms: number): string => {
  const total = Math.ceil(ms / 1_000)
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`
}

const bar = (share: number, width: number): string => {
  const filled = Math.max(0, Math.min(width, Math.round(share * width)))
  return `${'━'.repeat(filled)}${'─'.repeat(width - filled)}`
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`

/** Characters beside a name, a number and its unit, up to where the bars begin. */
const barsFrom = 32
const fewestBars = 8

const headOf = ({scenario, phase, phaseLeftMs, elapsedMs, durationMs}: Progress, paint: Paint): string => {
  const left = phaseLeftMs > 0 ? ` ${clockTime(phaseLeftMs)} left` : ''
  const share = durationMs > 0 ? elapsedMs / durationMs : 0
  return `${paint('cyan', phase)}${left}  ${bar(share, 20)}  ${paint('bold', scenario)}`
}

/** A number with its course; the course is left out where there is no room for it. */
const loadRows = (load: LiveLoad, seconds: readonly LiveLoad[], canvas: Canvas): string[] => {
  const {columns, paint, sparkline} = canvas
  const room = columns - barsFrom
  const row = (
    name: string,
    value: string,
    of: (second: LiveLoad) => number | undefined,
    alarming: boolean,
  ): string => {
    const course = room < fewestBars ? '' : paint('dim', sparkline(seconds.map(of), room))
    const text = value.padEnd(barsFrom - 13)
    return `  ${name.padEnd(10)} ${alarming ? paint('red', text) : text}${course}`.trimEnd()
  }
  const {achievedPerSecond, offeredPerSecond, errorRatio, p99Ms, inFlight} = load
  const rate = `${achievedPerSecond.toFixed(0)}/s of ${offeredPerSecond.toFixed(0)}/s`
  return [
    row('answered', rate, (second) => second.achievedPerSecond, false),
    row('errors', percent(errorRatio), (second) => second.errorRatio, errorRatio > 0),
    row('p99', wholeMs(p99Ms), (second) => second.p99Ms, false),
    row('in flight', String(inFlight), (second) => second.inFlight, false),
  ]
}

const stateMarks = {met: ['green', '✔'], missed: ['red', '✘'], undecided: ['dim', '…']} as const

const objectiveRow = ({name, state, message}: ObjectiveState, paint: Paint): string => {
  const [style, mark] = stateMarks[state]
  return `  ${paint(style, mark)} ${name}: ${message}`
}

/**
 * The rows of the view: where the run is, what the load does, what is broken on purpose, how the objectives stand.
 * None is wider than the terminal, and all fit on it: what is less urgent is left out first.
 */
export const viewRows = ({progress, seconds, footer}: Scene, canvas: Canvas): string[] => {
  const {paint, columns, rows} = canvas
  const {load, faults, objectives = []} = progress
  const broken = faults.map((fault) => paint('yellow', `  ⚡ ${fault}`))
  const judged = objectives.map((objective) => objectiveRow(objective, paint))
  const last = footer === undefined ? [] : [paint('dim', footer)]
  const top = [headOf(progress, paint), ...broken]
  const measured = load ? loadRows(load, seconds, canvas) : ['  no load yet']
  // One row is the cursor's: a view as high as the terminal would scroll with each redraw.
  const room = Math.max(1, rows - 1 - last.length)
  return [...[...top, ...measured, ...judged].slice(0, room), ...last].map((row) => cutTo(row, columns))
}
