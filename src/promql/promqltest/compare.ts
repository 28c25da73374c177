import type {Answer, Matrix, Value} from '../evaluate/query.js'
import {formatNumber} from '../format.js'
import {labelsKey, labelsText} from '../labels.js'
import type {Expectations, Expected, SeriesLine, Steps} from './commands.js'
import type {Point} from './values.js'

const smallestNormal = 2.2250738585072014e-308

/** Equal but for a relative difference of 1e-6; zero is only equal to zero, NaN to NaN. */
const almostEqual = (left: number, right: number): boolean => {
  if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return true
  const size = Math.abs(left) + Math.abs(right)
  const difference = Math.abs(left - right)
  if (left === 0 || right === 0 || size < smallestNormal) return difference < 1e-6 * smallestNormal
  return difference / Math.min(size, Number.MAX_VALUE) < 1e-6
}

const agrees = (got: number | undefined, wanted: Point): boolean =>
  typeof wanted === 'number' ? got !== undefined && almostEqual(got, wanted) : got === undefined

const shown = (got: number | undefined): string => (got === undefined ? 'nothing' : formatNumber(got))
const shownPoint = (wanted: Point): string => (typeof wanted === 'number' ? formatNumber(wanted) : wanted)

const isWanted = (points: readonly Point[]): boolean => points.some((point) => typeof point === 'number')

const compareOrder = (
  samples: {labels: Record<string, string>}[],
  series: SeriesLine[],
): string | undefined => {
  const got = samples.map(({labels}) => labelsText(labels)).join(' ')
  const wanted = series.map(({labels}) => labelsText(labels)).join(' ')
  return got === wanted ? undefined : `order: expected ${wanted}, got ${got}`
}

/** Compares each series at each step; returns the first difference. */
const compareSeries = (
  got: Map<string, {labels: Record<string, string>; at: (step: number) => number | undefined}>,
  wanted: readonly SeriesLine[],
  steps: number,
): string | undefined => {
  const expected = wanted.filter(({points}) => isWanted(points))
  for (const {labels, points} of expected) {
    const series = got.get(labelsKey(labels))
    if (!series) return `missing ${labelsText(labels)}`
    for (let step = 0; step < steps; step++) {
      const point = points[step] ?? 'missing'
      const value = series.at(step)
      if (!agrees(value, point)) {
        return `${labelsText(labels)} at step ${step}: expected ${shownPoint(point)}, got ${shown(value)}`
      }
    }
  }
  const known = new Set(expected.map(({labels}) => labelsKey(labels)))
  const unexpected = [...got].find(([key]) => !known.has(key))
  return unexpected && `unexpected ${labelsText(unexpected[1].labels)}`
}

const compareNote = (notes: string[], kind: string, wanted: Expected | undefined, none: boolean) => {
  if (none && notes.length > 0) return `expected no ${kind}, got ${notes.join('; ')}`
  if (!wanted) return undefined
  // Files of Prometheus 3.5 write notes without the place that ours end with.
  const found = notes.some((note) =>
    wanted.text !== undefined
      ? note === wanted.text || note.replace(/ \(\d+:\d+\)$/, '') === wanted.text
      : (wanted.pattern?.test(note) ?? true),
  )
  return found
    ? undefined
    : `expected ${kind} ${wanted.text ?? wanted.pattern ?? ''}, got ${notes.join('; ') || 'none'}`
}

/** The notes that an evaluation must have made, or must not have made. */
export const compareNotes = (answer: Answer<unknown>, expected: Expectations): string | undefined =>
  compareNote(answer.warnings, 'warning', expected.warn, expected.noWarn) ??
  compareNote(answer.infos, 'info', expected.info, expected.noInfo)

const stepsOf = (series: Matrix['series'], startMs: number, stepMs: number) =>
  new Map(
    series.map(({labels, t, v}) => {
      const byStep = new Map(t.map((time, index) => [(time - startMs) / stepMs, v[index]]))
      return [labelsKey(labels), {labels, at: (step: number) => byStep.get(step)}]
    }),
  )

/** The first difference between a range answer and what was expected; undefined when there is none. */
export const compareRange = (matrix: Matrix, at: Steps, expected: Expectations): string | undefined => {
  const steps = Math.floor((at.endMs - at.startMs) / at.stepMs) + 1
  return compareSeries(stepsOf(matrix.series, at.startMs, at.stepMs), expected.series, steps)
}

/** The same for an instant answer. */
export const compareInstant = (value: Value, expected: Expectations): string | undefined => {
  if (value.type === 'string') {
    return value.value === expected.text ? undefined : `expected "${expected.text}", got "${value.value}"`
  }
  if (value.type === 'scalar') {
    const wanted = expected.scalar ?? expected.series[0]?.points[0] ?? 'missing'
    return agrees(value.value, wanted)
      ? undefined
      : `expected ${shownPoint(wanted)}, got ${formatNumber(value.value)}`
  }
  if (value.type === 'matrix') {
    return expected.over ? compareRange(value, expected.over, expected) : 'unexpected range vector'
  }
  const got = new Map(
    value.samples.map(({labels, value: sample}) => [
      labelsKey(labels),
      {labels, at: (step: number) => (step === 0 ? sample : undefined)},
    ]),
  )
  return (
    compareSeries(got, expected.series, 1) ??
    (expected.ordered ? compareOrder(value.samples, expected.series) : undefined)
  )
}
