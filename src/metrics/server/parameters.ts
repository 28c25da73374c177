import {parseDuration} from '../../promql/index.js'
import {ApiError, invalidParameter} from './reply.js'

/** The parameters of a request: those of the form first, then those of the address. */
export type Parameters = URLSearchParams

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

/** What clients send for "the beginning" and "the end of time": the bounds of a time in Go. */
const bounds = new Map([
  ['-292273086-05-16T16:47:06Z', Number.MIN_SAFE_INTEGER],
  ['292277025-08-18T07:12:54.999999999Z', Number.MAX_SAFE_INTEGER],
])

/** Seconds since the epoch, or RFC 3339, as epoch ms. */
const parseTime = (text: string): number => {
  const bound = bounds.get(text)
  if (bound !== undefined) return bound
  const timeMs = decimal.test(text)
    ? Math.round(Number(text) * 1000)
    : rfc3339.test(text)
      ? Date.parse(text)
      : NaN
  if (!(Math.abs(timeMs) <= Number.MAX_SAFE_INTEGER))
    throw new Error(`cannot parse "${text}" to a valid timestamp`)
  return timeMs
}

/** A time that must be there. */
export const timeOf = (parameters: Parameters, name: string): number => {
  try {
    return parseTime(parameters.get(name) ?? '')
  } catch (error) {
    throw invalidParameter(name, reasonOf(error))
  }
}

/** A time that may be left out. */
export const timeOr = (parameters: Parameters, name: string, otherwise: number): number => {
  const text = parameters.get(name)
  if (!text) return otherwise
  try {
    return parseTime(text)
  } catch (error) {
    throw invalidParameter(name, `invalid time value for '${name}': ${reasonOf(error)}`)
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The longest duration that fits into 64 bits of nanoseconds. */
const longestMs = 2 ** 63 / 1e6

/** Seconds, or a duration such as `1m30s`, in ms. */
const parseLength = (text: string): number => {
  const lengthMs = decimal.test(text) ? Number(text) * 1000 : text === '0' ? 0 : parseDuration(text)
  if (lengthMs === undefined) throw new Error(`cannot parse "${text}" to a valid duration`)
  if (Math.abs(lengthMs) >= longestMs)
    throw new Error(`cannot parse "${text}" to a valid duration. It overflows int64`)
  return lengthMs
}

export const lengthOf = (parameters: Parameters, name: string): number => {
  try {
    return parseLength(parameters.get(name) ?? '')
  } catch (error) {
    throw invalidParameter(name, reasonOf(error))
  }
}

export const lengthOr = <Other>(parameters: Parameters, name: string, otherwise: Other): number | Other =>
  parameters.get(name) ? lengthOf(parameters, name) : otherwise

/** `undefined` when left out, or 0 when that means "none": then nothing was asked for. */
export const lookbackOf = (parameters: Parameters): number | undefined => {
  try {
    return parameters.get('lookback_delta') ? parseLength(parameters.get('lookback_delta') ?? '') : undefined
  } catch (error) {
    throw new ApiError('bad_data', `error parsing lookback delta duration: ${reasonOf(error)}`)
  }
}

const wholeNumber = /^[+-]?\d+$/

/** How many results are wanted at most; infinite when all are. */
export const limitOf = (parameters: Parameters): number => {
  const text = parameters.get('limit') ?? ''
  if (text === '') return Number.POSITIVE_INFINITY
  if (!wholeNumber.test(text))
    throw invalidParameter('limit', `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  if (Number(text) < 0) throw invalidParameter('limit', 'limit must be non-negative')
  return Number(text) || Number.POSITIVE_INFINITY
}

/** A count of the metadata endpoint, which has words of its own for what is wrong. */
export const countOf = (parameters: Parameters, name: string): number | undefined => {
  const text = parameters.get(name) ?? ''
  if (text === '') return undefined
  if (!wholeNumber.test(text)) throw new ApiError('bad_data', `${name} must be a number`)
  return Number(text)
}

export const truncated = 'results truncated due to limit'
