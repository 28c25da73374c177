import type {Finding} from './finding.js'
import type {CapacityResult, Leg} from './result.js'

/** Two capacities of one scenario: `a` is what was, `b` what is now. */
export interface CapacityComparison {
  kind: 'capacity-comparison'
  rows: ComparisonRow[]
  /** Of all rows: worse if one is, else unknown if one is, else better if one is. */
  finding: ComparisonRow['finding']
  /** What makes the two hard to compare: other machines, seeds, limits. */
  remarks: string[]
}

/** The whole system, or one leg that both have. */
export interface ComparisonRow {
  name: string
  a: {lower?: number; upper?: number}
  b: {lower?: number; upper?: number}
  /** What is now, as a multiple of what was: from the worst to the best that both intervals allow, and of their middles. */
  ratio?: {low: number; high: number; middle: number}
  /** `worse`, `better`: the intervals do not overlap. `same`: they do. `unknown`: a bound is missing. */
  finding: 'worse' | 'better' | 'same' | 'unknown'
}

interface Bounds {
  lower?: number
  upper?: number
}

/** A lower bound that did not hold for long is none yet; and a leg whose fault was not seen to bite has no bounds. */
const boundsOf = (finding: Finding | undefined, bit: Leg['bit'] = 'yes'): Bounds => {
  const {lower, upper, confirmed} = bit === 'yes' && finding ? finding : {}
  return {
    ...(lower !== undefined && confirmed === true && {lower}),
    ...(upper !== undefined && {upper}),
  }
}

const ofLeg = ({finding, bit}: Leg): Bounds => boundsOf(finding, bit ?? 'unknown')

const rowOf = (name: string, a: Bounds, b: Bounds): ComparisonRow => {
  const whole =
    a.lower !== undefined && a.upper !== undefined && b.lower !== undefined && b.upper !== undefined
  const ratio = whole && {
    low: (b.lower ?? 0) / (a.upper ?? 1),
    high: (b.upper ?? 0) / (a.lower ?? 1),
    middle: ((b.lower ?? 0) + (b.upper ?? 0)) / ((a.lower ?? 0) + (a.upper ?? 0)),
  }
  // One bound of each is enough to tell them apart.
  const worse = b.upper !== undefined && a.lower !== undefined && b.upper <= a.lower
  const better = b.lower !== undefined && a.upper !== undefined && b.lower >= a.upper
  const finding = worse ? 'worse' : better ? 'better' : whole ? 'same' : 'unknown'
  return {name, a, b, ...(ratio && {ratio}), finding}
}

const rank = ['worse', 'unknown', 'better', 'same'] as const

/** Compares two results, leg by leg. */
export const compareCapacities = (a: CapacityResult, b: CapacityResult): CapacityComparison => {
  const legs = a.legs.flatMap((leg) => {
    const other = b.legs.find(({name}) => name === leg.name)
    return other ? [rowOf(leg.name, ofLeg(leg), ofLeg(other))] : []
  })
  const rows = [rowOf('the whole system', boundsOf(a.whole), boundsOf(b.whole)), ...legs]
  const finding = rank.find((one) => rows.some((row) => row.finding === one)) ?? 'unknown'
  return {kind: 'capacity-comparison', rows, finding, remarks: remarksOn(a, b)}
}

const remarksOn = (a: CapacityResult, b: CapacityResult): string[] => {
  const [one, other] = [a.header, b.header]
  const differs = (what: string, first: unknown, second: unknown): string[] =>
    JSON.stringify(first) === JSON.stringify(second)
      ? []
      : [`${what} differ: ${String(first)} and ${String(second)}`]
  return [
    ...differs('targets', one.target, other.target),
    ...differs('engines', one.engine, other.engine),
    ...differs(
      'the CPUs',
      `${one.machine.cpus} × ${one.machine.cpuModel}`,
      `${other.machine.cpus} × ${other.machine.cpuModel}`,
    ),
    ...differs('objectives', one.objectives.join(', '), other.objectives.join(', ')),
    ...[a, b].flatMap((result, at) =>
      result.end?.ended === 'completed'
        ? []
        : [`${at === 0 ? 'the first' : 'the second'} search did not go to its end`],
    ),
  ]
}
