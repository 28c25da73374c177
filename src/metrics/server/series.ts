import {isLabelName, type Matcher, PromqlError, parseSelector} from '../../promql/index.js'
import {sortedLabels} from '../answer-json.js'
import type {Labels} from '../source.js'
import type {ServerContext} from './context.js'
import {limitOf, type Parameters, timeOr, truncated} from './parameters.js'
import {parseProblem} from './query.js'
import {ApiError, type Reply, successOf} from './reply.js'

const emptyMatch = 'vector selector must contain at least one non-empty matcher'

const matchProblem = (problem: PromqlError): string =>
  problem.message === emptyMatch
    ? 'match[] must contain at least one non-empty matcher'
    : parseProblem(problem)

/** Only `/series` says which parameter is wrong. */
const selectorsOf = (parameters: Parameters, prefix: string): Matcher[][] =>
  parameters.getAll('match[]').map((text) => {
    try {
      return parseSelector(text)
    } catch (cause) {
      if (!(cause instanceof PromqlError)) throw cause
      throw new ApiError('bad_data', `${prefix}${matchProblem(cause)}`)
    }
  })

/** Labels of the series that match any of the selectors (all series, without one) and have samples in [start, end]. */
const found = (parameters: Parameters, {store}: ServerContext, prefix = ''): Set<Labels> => {
  const startMs = timeOr(parameters, 'start', Number.NEGATIVE_INFINITY)
  const endMs = timeOr(parameters, 'end', Number.POSITIVE_INFINITY)
  const selectors = selectorsOf(parameters, prefix)
  const wanted = selectors.length > 0 ? selectors : [[]]
  return new Set(wanted.flatMap((matchers) => store.labelsOf(matchers, startMs - 1, endMs)))
}

const cut = (values: unknown[], limit: number): Reply =>
  values.length > limit ? successOf(values.slice(0, limit), [truncated]) : successOf(values)

/** Answers `/api/v1/series`. Throws ApiError. */
export const answerSeries = (parameters: Parameters, context: ServerContext): Reply => {
  if (!parameters.has('match[]')) throw new ApiError('bad_data', 'no match[] parameter provided')
  const limit = limitOf(parameters)
  return cut([...found(parameters, context, 'invalid parameter "match[]": ')].map(sortedLabels), limit)
}

/** Answers `/api/v1/labels`. Throws ApiError. */
export const answerLabels = (parameters: Parameters, context: ServerContext): Reply => {
  const limit = limitOf(parameters)
  const names = new Set<string>()
  for (const labels of found(parameters, context)) for (const name of Object.keys(labels)) names.add(name)
  return cut([...names].sort(), limit)
}

/** A label name that had to be written without special characters, as itself: `U__a_2e_b` is `a.b`. */
const unescaped = (name: string): string => {
  if (!name.startsWith('U__')) return name
  const text = name
    .slice(3)
    .replace(/__|_([\da-fA-F]{1,6})_/g, (whole, hex: string | undefined) =>
      hex === undefined
        ? '_'
        : Number.parseInt(hex, 16) <= 0x10ffff
          ? String.fromCodePoint(Number.parseInt(hex, 16))
          : whole,
    )
  return isLabelName(text) ? text : name
}

/** Answers `/api/v1/label/NAME/values`. Throws ApiError. */
export const answerLabelValues = (written: string, parameters: Parameters, context: ServerContext): Reply => {
  const name = unescaped(written)
  if (!isLabelName(name)) throw new ApiError('bad_data', `invalid label name: ${JSON.stringify(written)}`)
  const limit = limitOf(parameters)
  const values = new Set<string>()
  for (const labels of found(parameters, context)) {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined
    if (value) values.add(value)
  }
  return cut([...values].sort(), limit)
}
