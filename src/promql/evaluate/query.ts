import {PromqlError} from '../errors.js'
import type {Labels} from '../labels.js'
import {labelsKey} from '../labels.js'
import type {Storage} from '../storage.js'
import type {Expression} from '../syntax/ast.js'
import {parse} from '../syntax/parse.js'
import type {Context} from './context.js'
import {evaluate} from './evaluate.js'
import {type Column, type Evaluated, type Grid, type RangeValue, timeAt, valueAt} from './values.js'
import {eachWindow} from './windows.js'

/** One series of a matrix: `v[i]` at `t[i]`, milliseconds since the epoch. */
interface MatrixSeries {
  labels: Labels
  t: number[]
  v: number[]
}

export interface Matrix {
  type: 'matrix'
  series: MatrixSeries[]
}

/** What an instant query answers. A vector keeps the order that `sort` and `topk` gave it. */
export type Value =
  | {type: 'scalar'; value: number}
  | {type: 'string'; value: string}
  | {type: 'vector'; samples: {labels: Labels; value: number; tMs: number}[]}
  | Matrix

export interface Answer<Type> {
  value: Type
  /** `PromQL warning: ... (line:column)`: the answer is likely not what was meant. */
  warnings: string[]
  /** `PromQL info: ... (line:column)`: the answer may not be what was meant. */
  infos: string[]
}

export interface EvaluateOptions {
  /** How old an instant selector's sample may be; 5 minutes by default. */
  lookbackMs?: number
  /** Whether windows include their start: `open` (the default) as Prometheus 3, `closed` as Prometheus 2. */
  rangeStart?: 'open' | 'closed'
  /** The step of subqueries that name none; 1 minute by default. */
  subqueryStepMs?: number
  /** Most samples that are read and made on the way to the answer; 50 million by default, as in Prometheus. */
  maxSamples?: number
  /**
   * Told, before the evaluation takes room for them, how many more samples it will hold, series by series, and often
   * enough to keep time: for limits of the caller's own. What it throws ends the evaluation.
   */
  spend?: (samples: number) => void
}

export interface RangeOptions extends EvaluateOptions {
  startMs: number
  endMs: number
  stepMs: number
}

/** As in Prometheus. */
const mostSamples = 50_000_000

/** Counts what is held, and ends an evaluation that would fill the memory. */
const metered = ({text, root}: Expression, {maxSamples = mostSamples, spend}: EvaluateOptions) => {
  let held = 0
  return (samples: number): void => {
    // The caller's own limits come first: it has better words.
    spend?.(samples)
    held += samples
    if (held <= maxSamples) return
    const message = 'query processing would load too many samples into memory in query execution'
    throw new PromqlError('execution', message, text, root)
  }
}

const contextOf = (
  expression: Expression,
  storage: Storage,
  grid: Grid,
  options: EvaluateOptions,
): Context => ({
  text: expression.text,
  storage,
  grid,
  queryStartMs: grid.startMs,
  queryEndMs: timeAt(grid, grid.count - 1),
  lookbackMs: options.lookbackMs ?? 300_000,
  rangeStart: options.rangeStart ?? 'open',
  subqueryStepMs: options.subqueryStepMs ?? 60_000,
  notes: {warnings: new Set(), infos: new Set()},
  spend: metered(expression, options),
})

const answer = <Type>(value: Type, {notes}: Context): Answer<Type> => ({
  value,
  warnings: [...notes.warnings],
  infos: [...notes.infos],
})

const samplesInWindow = (range: RangeValue, context: Context): Matrix => {
  const series: MatrixSeries[] = []
  for (const raw of range.series) {
    eachWindow(raw, range, context, ({t, v, from, to}) => {
      const indexes = Array.from({length: to - from}, (_, index) => from + index)
      series.push({
        labels: raw.labels,
        t: indexes.map((index) => valueAt(t, index)),
        v: indexes.map((index) => valueAt(v, index)),
      })
    })
  }
  return {type: 'matrix', series}
}

const instantValue = (result: Evaluated, context: Context): Value => {
  switch (result.type) {
    case 'scalar':
      return {type: 'scalar', value: valueAt(result.values, 0)}
    case 'string':
      return result
    case 'range':
      return samplesInWindow(result, context)
    case 'vector':
      return {
        type: 'vector',
        samples: result.columns
          .filter(({present}) => present[0])
          .map(({labels, values}) => ({labels, value: valueAt(values, 0), tMs: context.grid.startMs})),
      }
  }
}

const parsed = (expression: string | Expression): Expression =>
  typeof expression === 'string' ? parse(expression) : expression

/** Evaluates an expression at one time. Throws PromqlError when it cannot be parsed or has no well-defined answer. */
export const evaluateInstant = (
  expression: string | Expression,
  storage: Storage,
  atMs: number,
  options: EvaluateOptions = {},
): Answer<Value> => {
  const whole = parsed(expression)
  const context = contextOf(whole, storage, {startMs: atMs, stepMs: 1, count: 1}, options)
  return answer(instantValue(evaluate(whole.root, context), context), context)
}

const matrixSeries = ({labels, values, present}: Column, grid: Grid): MatrixSeries => {
  const t: number[] = []
  const v: number[] = []
  for (let step = 0; step < grid.count; step++) {
    if (!present[step]) continue
    t.push(timeAt(grid, step))
    v.push(valueAt(values, step))
  }
  return {labels, t, v}
}

const matrixOf = (result: Evaluated, grid: Grid): Matrix => {
  if (result.type === 'vector') {
    const keyed = result.columns.map((column) => ({key: labelsKey(column.labels), column}))
    keyed.sort((left, right) => (left.key < right.key ? -1 : 1))
    const series = keyed.map(({column}) => matrixSeries(column, grid)).filter(({t}) => t.length > 0)
    return {type: 'matrix', series}
  }
  if (result.type !== 'scalar') throw new Error(`The type check let a ${result.type} pass in a range query`)
  const present = new Uint8Array(grid.count).fill(1)
  return {type: 'matrix', series: [matrixSeries({labels: {}, values: result.values, present}, grid)]}
}

/**
 * Evaluates an expression at `startMs`, `startMs + stepMs`, ... up to `endMs`; series come sorted by labels. Every
 * selector is read once for all steps.
 */
export const evaluateRange = (
  expression: string | Expression,
  storage: Storage,
  {startMs, endMs, stepMs, ...options}: RangeOptions,
): Answer<Matrix> => {
  const whole = parsed(expression)
  const {text, root, type} = whole
  if (!(stepMs > 0))
    throw new PromqlError('type', 'the step of a range query must be greater than 0', text, root)
  if (!(endMs >= startMs))
    throw new PromqlError('type', 'the end of a range query is before its start', text, root)
  if (type === 'range' || type === 'string') {
    const got = type === 'range' ? 'range vector' : 'string'
    const message = `invalid expression type "${got}" for range query, must be Scalar or instant Vector`
    throw new PromqlError('type', message, text, root)
  }
  const grid: Grid = {startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1}
  const context = contextOf(whole, storage, grid, options)
  context.spend(grid.count)
  return answer(matrixOf(evaluate(root, context), grid), context)
}
