import {differenceOf, type Estimate, findingOf} from '../statistics/difference.js'
import type {ObjectiveVerdict} from '../verdict.js'
import {elapsed, percent} from '../words.js'
import type {ComparisonRow} from './comparison.js'

type Judged = Pick<
  ObjectiveVerdict,
  'name' | 'kind' | 'phase' | 'outcome' | 'estimate' | 'interval' | 'target' | 'message'
>

const signed = (value: number, text: (value: number) => string): string =>
  `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`

/** The share of bad events: more is worse, as in every row. */
const badShare = ({estimate, interval}: Judged): Estimate | undefined =>
  estimate === undefined || interval === undefined
    ? undefined
    : {value: 1 - estimate, low: 1 - interval.high, high: 1 - interval.low}

const timeTaken = ({estimate, interval}: Judged): Estimate | undefined =>
  estimate === undefined || interval === undefined ? undefined : {value: estimate, ...interval}

/** How each kind of objective is compared: what of it, how it is said, and what is no change worth the name. */
const ways = {
  ratio: {unit: 'ratio', estimate: badShare, text: percent, scale: ({target}: Judged) => 1 - target},
  latency: {unit: 'ratio', estimate: badShare, text: percent, scale: ({target}: Judged) => 1 - target},
  recovery: {unit: 'ms', estimate: timeTaken, text: elapsed, scale: ({target}: Judged) => target},
} as const

const isCompared = (kind: ObjectiveVerdict['kind']): kind is keyof typeof ways => Object.hasOwn(ways, kind)

/** Held in A and missed in B: worse, even where no interval says by how much. */
const isLost = (a: Judged, b: Judged): boolean => a.outcome === 'pass' && b.outcome === 'fail'

const lost = ({message}: Judged): string => `held in A, missed in B: ${message}`

/** One objective in one phase, by the intervals of its two verdicts; `margin` is a share of the error budget or limit. */
export const compareObjective = (a: Judged, b: Judged, margin: number): ComparisonRow => {
  const about = {of: 'objective', what: a.name, phase: a.phase} as const
  if (!isCompared(a.kind)) return valueRow(about, a, b)
  const {unit, estimate, text, scale} = ways[a.kind]
  const [before, after] = [estimate(a), estimate(b)]
  if (!before || !after) {
    if (isLost(a, b)) return {...about, unit, finding: 'worse', message: lost(b)}
    const [side, {message}] = before ? ['B', b] : ['A', a]
    return {...about, unit, finding: 'cannot tell', message: `${side} has no number: ${message}`}
  }
  const change = differenceOf(before, after)
  const finding = findingOf(change, margin * scale(a))
  const from = signed(change.low, text)
  const to = signed(change.high, text)
  const what = unit === 'ratio' ? ' bad' : ' to recover'
  const message = `${text(before.value)} to ${text(after.value)}${what}: ${signed(change.value, text)} (${from} to ${to})`
  return {
    ...about,
    unit,
    a: before.value,
    b: after.value,
    change: {...change, of: 'difference'},
    finding,
    message,
  }
}

const valueRow = (
  about: Pick<ComparisonRow, 'of' | 'what' | 'phase'>,
  a: Judged,
  b: Judged,
): ComparisonRow => {
  const values = {
    ...(a.estimate === undefined ? {} : {a: a.estimate}),
    ...(b.estimate === undefined ? {} : {b: b.estimate}),
  }
  if (isLost(a, b)) return {...about, unit: 'value', ...values, finding: 'worse', message: lost(b)}
  const message = `${a.estimate ?? 'nothing'} to ${b.estimate ?? 'nothing'}: one number each, without an error bound`
  const finding = a.estimate === undefined || b.estimate === undefined ? 'cannot tell' : 'not compared'
  return {...about, unit: 'value', ...values, finding, message}
}
