import {UserError} from '../errors.js'
import {parseDuration} from '../promql/index.js'
import type {RunRecord} from '../run/record.js'
import {spansOf, type Windows} from '../verdict/windows.js'

/** When a query was asked for, as the user wrote it. */
export interface TimeFlags {
  time?: string | undefined
  start?: string | undefined
  end?: string | undefined
  step?: string | undefined
  phase?: string | undefined
}

/** When a query is evaluated, in epoch ms. */
export type QueryTimes =
  | {kind: 'instant'; atMs: number}
  | {kind: 'range'; startMs: number; endMs: number; stepMs: number}

/** The stretches of time that a record knows. */
export interface RecordTimes {
  /** The first request, from which offsets count. */
  originMs: number
  /** First and last sample. */
  firstMs: number
  lastMs: number
  intervalMs: number
  phases: Windows
}

/** Throws UserError for a record without samples: there is nothing to ask. */
export const recordTimes = (record: RunRecord): RecordTimes => {
  const {header, events, series} = record
  const firstMs = series.reduce((first, {t}) => Math.min(first, t[0] ?? first), Number.POSITIVE_INFINITY)
  const lastMs = series.reduce((last, {t}) => Math.max(last, t.at(-1) ?? last), Number.NEGATIVE_INFINITY)
  if (lastMs < firstMs) {
    throw new UserError('The record holds no samples of any metric', {
      hint: 'The run ended before the first was saved, or its metric source answered nothing: see its report.',
    })
  }
  return {
    originMs: events.find(({event}) => event === 'load-started')?.atMs ?? header.createdMs,
    firstMs,
    lastMs,
    intervalMs: header.sampleIntervalMs,
    phases: spansOf(record),
  }
}

const isDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/

/** `+30s` (after the first request), RFC 3339, or seconds since the epoch. */
const parseTime = (flag: string, text: string, {originMs}: RecordTimes): number => {
  const offsetMs = /^[+-]/.test(text) ? parseDuration(text.slice(1)) : undefined
  if (offsetMs !== undefined) return text.startsWith('-') ? originMs - offsetMs : originMs + offsetMs
  if (isDate.test(text)) return Date.parse(text)
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  throw new UserError(`--${flag} ${text} is no time`, {
    hint: `Write it as +30s (after the first request), 2026-01-31T12:00:00Z, or in seconds since 1970.`,
  })
}

/** The window of a phase. Throws UserError when the record has none of that name. */
export const phaseWindow = (name: string, {phases}: RecordTimes): {startMs: number; endMs: number} => {
  // The names are those of the record's own phases.
  const window = Object.entries(phases).find(([phase]) => phase === name)?.[1]
  if (window) return window
  const known = Object.keys(phases).join(', ')
  throw new UserError(`The record has no phase "${name}"`, {
    hint: known === '' ? 'No phase began before the run ended.' : `It has: ${known}.`,
  })
}

/** A step that makes some sixty rows, and is no shorter than the time between two samples. */
const defaultStep = (spanMs: number, intervalMs: number): number => {
  const nice = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map((seconds) => seconds * 1000)
  const leastMs = Math.max(intervalMs, spanMs / 60)
  return nice.find((stepMs) => stepMs >= leastMs) ?? 7_200_000
}

const parseStep = (text: string): number => {
  const stepMs = /^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : parseDuration(text)
  if (stepMs !== undefined && stepMs >= 1) return stepMs
  throw new UserError(`--step ${text} is no duration above zero`, {hint: 'Write it as 500ms, 5s or 1m.'})
}

const mostSteps = 11_000

const rangeOf = (flags: TimeFlags, times: RecordTimes): QueryTimes => {
  const whole =
    flags.phase === undefined
      ? {startMs: times.firstMs, endMs: times.lastMs}
      : phaseWindow(flags.phase, times)
  const startMs = flags.start === undefined ? whole.startMs : parseTime('start', flags.start, times)
  const endMs = flags.end === undefined ? whole.endMs : parseTime('end', flags.end, times)
  if (endMs < startMs) throw new UserError('--end is before --start', {hint: 'Swap them.'})
  const stepMs =
    flags.step === undefined ? defaultStep(endMs - startMs, times.intervalMs) : parseStep(flags.step)
  if ((endMs - startMs) / stepMs > mostSteps) {
    throw new UserError(`More than ${mostSteps} steps between --start and --end`, {
      hint: 'Give a longer --step, or a shorter range.',
    })
  }
  return {kind: 'range', startMs, endMs, stepMs}
}

/**
 * When to evaluate: at `--time`; step by step when a start, end or step is named; else once, at the end of the phase or
 * of the record.
 */
export const queryTimes = (flags: TimeFlags, times: RecordTimes): QueryTimes => {
  const {time, start, end, step, phase} = flags
  if (start !== undefined || end !== undefined || step !== undefined) {
    if (time === undefined) return rangeOf(flags, times)
    throw new UserError('--time asks for one moment, --start, --end and --step for many', {
      hint: 'Use one or the other.',
    })
  }
  if (time !== undefined) return {kind: 'instant', atMs: parseTime('time', time, times)}
  return {kind: 'instant', atMs: phase === undefined ? times.lastMs : phaseWindow(phase, times).endMs}
}
