import {UserError} from '../errors.js'
import {exitCodes} from '../exit-codes.js'
import {answerJson} from '../metrics/answer-json.js'
import {endsAfter} from '../metrics/query-time.js'
import {explain} from '../metrics/store-query.js'
import {
  durationText,
  evaluateInstant,
  evaluateRange,
  memoryStorage,
  parse,
  parseDuration,
  type Value,
} from '../promql/index.js'
import {readRecord} from '../run/read-record.js'
import type {RunRecord} from '../run/record.js'
import {systemClock} from '../system/clock.js'
import {withLoadSeries} from '../verdict/load-series.js'
import {RuleBook} from '../verdict/rule-book.js'
import {explainLack} from './query-lack.js'
import {offsetText, tableLines} from './query-table.js'
import {
  phaseWindow,
  type QueryTimes,
  queryTimes,
  type RecordTimes,
  recordTimes,
  type TimeFlags,
} from './query-times.js'
import {recordPathOf} from './record-path.js'

/** The flags of `query`, as parsed. */
export interface QueryFlags extends TimeFlags {
  record: string
  lookback?: string | undefined
}

/** As in a verdict: a gauge that was not scraped for this many intervals is gone. */
const lookbackIntervals = 3
const mostSamples = 50_000_000

/** A phase says when to ask, and how long $phase is; with times of one's own and no $phase it says nothing. */
const refuseIdlePhase = (expression: string, {phase, time, start, end}: TimeFlags): void => {
  if (phase === undefined || expression.includes('$phase')) return
  const timed = time === undefined ? start !== undefined && end !== undefined : true
  if (!timed) return
  const other = time === undefined ? '--start and --end' : '--time'
  throw new UserError(`--phase changes nothing beside ${other}`, {
    hint: 'Leave one out: --phase alone asks at the end of that phase.',
  })
}

const filled = (expression: string, phase: string | undefined, times: RecordTimes): string => {
  if (!expression.includes('$phase')) return expression
  if (phase === undefined) {
    throw new UserError('The expression says $phase, and no phase is named', {
      hint: `Name one with --phase: ${Object.keys(times.phases).join(', ')}.`,
    })
  }
  const {startMs, endMs} = phaseWindow(phase, times)
  return expression.replaceAll('$phase', durationText(endMs - startMs))
}

const lookbackOf = (flag: string | undefined): number | undefined => {
  if (flag === undefined) return undefined
  const lookbackMs = parseDuration(flag)
  if (lookbackMs !== undefined && lookbackMs > 0) return lookbackMs
  throw new UserError(`--lookback ${flag} is no duration above zero`, {hint: 'Write it as 5m or 30s.'})
}

interface Asked {
  expression: string
  when: QueryTimes
  /** As asked for. */
  lookbackMs: number | undefined
}

/** As long as Prometheus takes at most. */
const longestMs = 120_000

/** A query that would fill the memory, or take for ever, ends with words instead. */
const roomFor = (): ((samples: number) => void) => {
  const lookAtTime = endsAfter(longestMs, systemClock)
  let held = 0
  return (samples) => {
    lookAtTime()
    held += samples
    if (held <= mostSamples) return
    throw new UserError(`The query would hold more than ${mostSamples} samples`, {
      hint: 'Ask for fewer series, a shorter range, or longer steps.',
    })
  }
}

/** What the expression reads: the record's samples, and over them what the rules make of them. */
const evaluate = ({expression, when, lookbackMs: asked}: Asked, record: RunRecord) => {
  const ruled = new RuleBook(record).evaluation({expressions: [expression]})
  const storage = ruled?.storage ?? memoryStorage(record.series)
  const lookbackMs = asked ?? ruled?.lookbackMs ?? lookbackIntervals * record.header.sampleIntervalMs
  const options = {lookbackMs, spend: roomFor()}
  return explain((): {value: Value; warnings: string[]; infos: string[]} =>
    when.kind === 'instant'
      ? evaluateInstant(expression, storage, when.atMs, options)
      : evaluateRange(expression, storage, {...when, ...options}),
  )
}

const isEmpty = (value: Value): boolean =>
  (value.type === 'vector' && value.samples.length === 0) ||
  (value.type === 'matrix' && value.series.length === 0)

const whenText = (when: QueryTimes, {originMs}: RecordTimes): string => {
  if (when.kind === 'instant')
    return `at ${offsetText(when.atMs, originMs)} (${new Date(when.atMs).toISOString()})`
  const {startMs, endMs, stepMs} = when
  const range = `${offsetText(startMs, originMs)} to ${offsetText(endMs, originMs)}`
  return `from ${range} every ${durationText(stepMs)} (from ${new Date(startMs).toISOString()})`
}

const seconds = (ms: number): number => Math.round(ms) / 1000

const timesJson = (when: QueryTimes): object =>
  when.kind === 'instant'
    ? {time: seconds(when.atMs)}
    : {start: seconds(when.startMs), end: seconds(when.endMs), step: when.stepMs / 1000}

/** Samples are written while the run goes on: of a record that was cut off, the last ones are missing. */
const cutOff =
  'the record was cut off: what it held last is missing, and with it perhaps a part of this answer'

/**
 * Answers a PromQL expression from a saved record. An empty answer is exit 3 and says why it may be empty.
 * Throws UserError, with the place, for a wrong expression, time or record.
 */
export const queryRecord = async (
  written: string,
  flags: QueryFlags,
): Promise<{text: string; json: object; exitCode: number}> => {
  refuseIdlePhase(written, flags)
  const recorded = await readRecord(await recordPathOf(flags.record))
  const times = recordTimes(recorded)
  const expression = filled(written, flags.phase, times)
  const record = withLoadSeries(recorded, {expression})
  explain(() => parse(expression))
  const asked = {expression, when: queryTimes(flags, times), lookbackMs: lookbackOf(flags.lookback)}
  const {value, infos, warnings: noted} = evaluate(asked, record)
  const warnings = record.end ? noted : [...noted, cutOff]
  const empty = isEmpty(value)
  const reasons = empty ? explainLack(expression, record) : []
  const atMs = asked.when.kind === 'instant' ? asked.when.atMs : asked.when.startMs
  const lines = [
    `${expression} ${whenText(asked.when, times)}`,
    ...(empty ? ['no data: the query answered nothing', ...reasons] : tableLines(value, times.originMs)),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...infos.map((info) => `info: ${info}`),
  ]
  return {
    text: lines.join('\n'),
    json: {
      query: expression,
      ...timesJson(asked.when),
      data: JSON.parse([...answerJson(value, atMs)].join('')) as object, // Our own JSON.
      warnings,
      infos,
      ...(empty && {reasons}),
    },
    exitCode: empty ? exitCodes.inconclusive : exitCodes.pass,
  }
}
