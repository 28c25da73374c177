import type {PromqlError} from '../errors.js'
import {type Labels, labelsKey} from '../labels.js'

/** The evaluation times: `startMs`, `startMs + stepMs`, ... An instant query is a grid of one step. */
export interface Grid {
  startMs: number
  stepMs: number
  count: number
}

export const timeAt = (grid: Grid, step: number): number => grid.startMs + step * grid.stepMs

/** One series over a grid: `values[step]` counts only where `present[step]` is 1. */
export interface Column {
  labels: Labels
  values: Float64Array
  present: Uint8Array
}

/** Raw samples of a series, staleness markers removed, in time order. */
export interface RawSeries {
  labels: Labels
  t: Float64Array
  v: Float64Array
}

/** A range vector: at each step the samples of `series` in a window of `rangeMs` that ends at `endsMs[step]`. */
export interface RangeValue {
  type: 'range'
  rangeMs: number
  endsMs: Float64Array
  series: RawSeries[]
}

export interface VectorValue {
  type: 'vector'
  columns: Column[]
}

export interface ScalarValue {
  type: 'scalar'
  values: Float64Array
}

export interface TextValue {
  type: 'string'
  value: string
}

export type Evaluated = VectorValue | ScalarValue | TextValue | RangeValue

export const emptyColumn = (labels: Labels, count: number): Column => ({
  labels,
  values: new Float64Array(count),
  present: new Uint8Array(count),
})

export const put = (column: Column, step: number, value: number): void => {
  column.values[step] = value
  column.present[step] = 1
}

/** The value at a step; ask `present` first. */
export const valueAt = (values: ArrayLike<number>, step: number): number => values[step] ?? Number.NaN

export const isEmpty = ({present}: Column): boolean => !present.includes(1)

/** Creates columns on first use, one per label set, in order of first use. Tells `spend` of each before. */
export const columnsByLabels = (count: number, spend: (samples: number) => void) => {
  const byKey = new Map<string, Column>()
  return {
    for(labels: Labels): Column {
      const key = labelsKey(labels)
      let column = byKey.get(key)
      if (!column) {
        spend(count)
        column = emptyColumn(labels, count)
        byKey.set(key, column)
      }
      return column
    },
    all: (): Column[] => [...byKey.values()],
  }
}

/**
 * Joins columns that have come to have the same labels (a dropped name, a replaced label). Two that are present at
 * the same step are two answers to one question: an error.
 */
export const merged = (columns: Column[], error: (message: string) => PromqlError): Column[] => {
  const byKey = new Map<string, Column>()
  for (const column of columns) {
    const key = labelsKey(column.labels)
    const first = byKey.get(key)
    if (!first) byKey.set(key, column)
    else byKey.set(key, joined(first, column, error))
  }
  return byKey.size === columns.length ? columns : [...byKey.values()]
}

const joined = (first: Column, second: Column, error: (message: string) => PromqlError): Column => {
  const values = first.values.slice()
  const present = first.present.slice()
  for (let step = 0; step < values.length; step++) {
    if (!second.present[step]) continue
    if (present[step]) throw error('vector cannot contain metrics with the same labelset')
    values[step] = valueAt(second.values, step)
    present[step] = 1
  }
  return {labels: first.labels, values, present}
}
