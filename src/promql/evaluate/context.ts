import {PromqlError, positionAt, type Span} from '../errors.js'
import type {Storage} from '../storage.js'
import type {Grid} from './values.js'

/** Notes on an answer that is right but may not mean what was meant; both are sets, as a note repeats per series. */
interface Notes {
  warnings: Set<string>
  infos: Set<string>
}

/** What every part of an expression is evaluated with; a subquery changes the grid only. */
export interface Context {
  storage: Storage
  grid: Grid
  /** The whole query's first and last step, for `@ start()` and `@ end()`. */
  queryStartMs: number
  queryEndMs: number
  lookbackMs: number
  /** Whether a sample exactly `range` (or lookback) before the evaluation time counts: Prometheus 2 did, 3 does not. */
  rangeStart: 'open' | 'closed'
  subqueryStepMs: number
  text: string
  notes: Notes
  /**
   * Told before that many samples are held, for each series by itself, and with 0 now and then where much is worked
   * out of them; what it throws ends the evaluation.
   */
  spend(samples: number): void
}

export const executionError = ({text}: Context, message: string, at: Span): PromqlError =>
  new PromqlError('execution', message, text, at)

const located = (kind: string, message: string, text: string, {from}: Span): string => {
  const {line, column} = positionAt(text, from)
  return `PromQL ${kind}: ${message} (${line}:${column})`
}

export const warn = ({notes, text}: Context, message: string, at: Span): void => {
  notes.warnings.add(located('warning', message, text, at))
}

export const inform = ({notes, text}: Context, message: string, at: Span): void => {
  notes.infos.add(located('info', message, text, at))
}

const isAfter = (timeMs: number, startMs: number): boolean => timeMs > startMs
const isNotBefore = (timeMs: number, startMs: number): boolean => timeMs >= startMs

/** Tells whether a sample at a time is inside a window that starts at another. */
export const afterStart = ({rangeStart}: Context): ((timeMs: number, startMs: number) => boolean) =>
  rangeStart === 'closed' ? isNotBefore : isAfter
