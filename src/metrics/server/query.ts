import {
  type EvaluateOptions,
  type Expression,
  evaluateInstant,
  evaluateRange,
  formatExpression,
  type Matrix,
  PromqlError,
  parse,
  type Value,
} from '../../promql/index.js'
import {answerJson} from '../answer-json.js'
import type {ServerContext} from './context.js'
import {
  lengthOf,
  lengthOr,
  limitOf,
  lookbackOf,
  type Parameters,
  timeOf,
  timeOr,
  truncated,
} from './parameters.js'
import {ApiError, invalidParameter, type Reply, success, successOf} from './reply.js'

const mostPoints = 11_000

/** `1:6: parse error: unclosed left bracket` */
export const parseProblem = ({message, position: {line, column}}: PromqlError): string =>
  message === 'no expression found in input'
    ? `unknown position: parse error: ${message}`
    : `${line}:${column}: parse error: ${message}`

const parsed = (parameters: Parameters): Expression => {
  try {
    return parse(parameters.get('query') ?? '')
  } catch (cause) {
    if (!(cause instanceof PromqlError)) throw cause
    throw invalidParameter('query', parseProblem(cause))
  }
}

/** To look at the clock takes as long as to evaluate a series that has but a few samples. */
const samplesUnlooked = 1000

/** What ends an evaluation that holds too much or lasts too long. */
const limitsOf = (
  {clock, queryLimits}: ServerContext,
  timeoutMs: number,
): Pick<EvaluateOptions, 'maxSamples' | 'spend'> => {
  if (timeoutMs <= 0) throw new ApiError('timeout', 'query timed out in query execution')
  const untilMs = clock.now() + Math.min(timeoutMs, queryLimits.timeoutMs)
  let unlooked = 0
  return {
    maxSamples: queryLimits.maxSamples,
    spend: (samples) => {
      unlooked += samples
      if (samples > 0 && unlooked < samplesUnlooked) return
      unlooked = 0
      if (clock.now() > untilMs) throw new ApiError('timeout', 'query timed out in expression evaluation')
    },
  }
}

interface Asked {
  limit: number
  timeoutMs: number
  lookbackMs: number | undefined
}

/** In the order in which Prometheus looks at them, as the first mistake is the one told. */
const askedOf = (parameters: Parameters): Asked => ({
  limit: limitOf(parameters),
  timeoutMs: lengthOr(parameters, 'timeout', Number.POSITIVE_INFINITY),
  lookbackMs: lookbackOf(parameters),
})

/** Nothing, zero and less mean the default, as in Prometheus. */
const lookback = (lookbackMs = 0): {lookbackMs?: number} => (lookbackMs > 0 ? {lookbackMs} : {})

interface Evaluation<Type> {
  value: Type
  warnings: string[]
  infos: string[]
}

const evaluated = <Type extends Value>(evaluate: () => Evaluation<Type>): Evaluation<Type> => {
  try {
    return evaluate()
  } catch (cause) {
    if (cause instanceof PromqlError) throw new ApiError('execution', cause.message)
    throw cause
  }
}

const cut = <Type extends Value>(value: Type, limit: number): {value: Type; isCut: boolean} => {
  if (value.type === 'vector' && value.samples.length > limit)
    return {value: {...value, samples: value.samples.slice(0, limit)}, isCut: true}
  if (value.type === 'matrix' && value.series.length > limit)
    return {value: {...value, series: value.series.slice(0, limit)}, isCut: true}
  return {value, isCut: false}
}

const reply = ({value: whole, warnings, infos}: Evaluation<Value>, atMs: number, limit: number): Reply => {
  const {value, isCut} = cut(whole, limit)
  return success(answerJson(value, atMs), {warnings: isCut ? [...warnings, truncated] : warnings, infos})
}

/** Answers `/api/v1/query`. Throws ApiError. */
export const answerQuery = (parameters: Parameters, context: ServerContext): Reply => {
  const limit = limitOf(parameters)
  const atMs = timeOr(parameters, 'time', Math.round(context.clock.now()))
  const {timeoutMs, lookbackMs} = askedOf(parameters)
  const expression = parsed(parameters)
  const options = {...limitsOf(context, timeoutMs), ...lookback(lookbackMs)}
  return reply(
    evaluated(() => evaluateInstant(expression, context.store, atMs, options)),
    atMs,
    limit,
  )
}

/** Whole milliseconds, as the steps of an evaluation are. */
const stepOf = (parameters: Parameters, startMs: number, endMs: number): number => {
  const stepMs = lengthOf(parameters, 'step')
  if (Math.trunc(stepMs) <= 0) {
    const problem = 'zero or negative query resolution step widths are not accepted. Try a positive integer'
    throw invalidParameter('step', problem)
  }
  if (Math.floor((endMs - startMs) / stepMs) > mostPoints) {
    const problem = 'exceeded maximum resolution of 11,000 points per timeseries.'
    throw new ApiError('bad_data', `${problem} Try decreasing the query resolution (?step=XX)`)
  }
  return Math.trunc(stepMs)
}

const typeNames: Partial<Record<Expression['type'], string>> = {range: 'range vector', string: 'string'}

/** Answers `/api/v1/query_range`. Throws ApiError. */
export const answerQueryRange = (parameters: Parameters, context: ServerContext): Reply => {
  const limit = limitOf(parameters)
  const startMs = timeOf(parameters, 'start')
  const endMs = timeOf(parameters, 'end')
  if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time')
  const stepMs = stepOf(parameters, startMs, endMs)
  const {timeoutMs, lookbackMs} = askedOf(parameters)
  const expression = parsed(parameters)
  const wrongType = typeNames[expression.type]
  if (wrongType !== undefined) {
    const problem = `invalid expression type "${wrongType}" for range query, must be Scalar or instant Vector`
    throw invalidParameter('query', problem)
  }
  const limits = limitsOf(context, timeoutMs)
  const options = {startMs, endMs, stepMs, ...limits, ...lookback(lookbackMs)}
  const answer = evaluated<Matrix>(() => evaluateRange(expression, context.store, options))
  return reply(answer, startMs, limit)
}

/** Answers `/api/v1/format_query`. Throws ApiError. */
export const answerFormatQuery = (parameters: Parameters): Reply =>
  successOf(formatExpression(parsed(parameters)))

/** Answers `/api/v1/query_exemplars`: there are never any. Throws ApiError. */
export const answerExemplars = (parameters: Parameters): Reply => {
  const startMs = timeOr(parameters, 'start', Number.MIN_SAFE_INTEGER)
  const endMs = timeOr(parameters, 'end', Number.MAX_SAFE_INTEGER)
  if (endMs < startMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp')
  try {
    parse(parameters.get('query') ?? '')
  } catch (cause) {
    throw cause instanceof PromqlError ? new ApiError('bad_data', parseProblem(cause)) : cause
  }
  return successOf([])
}
