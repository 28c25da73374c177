import {formatPercent} from '../scenarios/quantities.js'
import type {Objective, PhaseName, RelativeObjective} from '../scenarios/scenario.js'
import {blocksOf} from './blocks.js'
import {isLack, type Lack, type Observations} from './observations.js'
import {staleness} from './share.js'
import {countIn, sliOf, type Tally} from './sli.js'
import {dispersionOf} from './statistics/dispersion.js'
import {ratioOfRates} from './statistics/ratio.js'
import type {ObjectiveVerdict} from './verdict.js'
import {count, number, percent} from './words.js'

/** Counts of a phase, and how many independent events they are worth. */
interface Weighed extends Tally {
  worth: number
}

/** Judges by how much more often events are bad in a phase than in the run's own baseline. */
export const judgeRelative = (
  objective: RelativeObjective,
  phase: PhaseName,
  objectives: readonly Objective[],
  observed: Observations,
): ObjectiveVerdict => {
  const base = {
    name: objective.name,
    kind: 'relative',
    phase,
    unit: 'value',
    target: 1 + objective.mostWorse,
    comparator: '<=',
    confidence: objective.confidence,
  } as const
  const [before, after] = (['baseline', phase] as const).map((one) =>
    weigh(objective, one, objectives, observed),
  )
  if (!before || !after || isLack(before)) return {...base, outcome: 'inconclusive', message: lackOf(before)}
  if (isLack(after)) return {...base, outcome: 'inconclusive', message: lackOf(after)}
  return {...base, ...decided(objective, phase, before, after)}
}

const lackOf = (found: Weighed | Lack | undefined): string =>
  found && isLack(found) ? found.lack : 'no data'

const weigh = (
  {compares, confidence}: RelativeObjective,
  phase: PhaseName,
  objectives: readonly Objective[],
  observed: Observations,
): Weighed | Lack => {
  const reference = objectives.find(({name}) => name === compares)
  if (reference?.kind !== 'ratio' && reference?.kind !== 'latency') {
    return {lack: `"${compares}" is not a ratio or latency objective of this scenario`}
  }
  const window = observed.windows[phase]
  if (!window) return {lack: `no data: the ${phase} phase did not run to its end`}
  const sli = sliOf(reference, observed)
  if (isLack(sli)) return sli
  const tally = countIn(sli, window)
  if (isLack(tally)) return {lack: `${tally.lack} in the ${phase} phase`}
  const stale = staleness(sli, window, observed)
  if (stale) return {lack: `${stale} (${phase})`}
  const {effective} = dispersionOf(blocksOf(sli, window, observed), confidence)
  return {...tally, worth: Math.min(1, effective / tally.total)}
}

const decided = (
  {compares, mostWorse, minSamples, confidence}: RelativeObjective,
  phase: PhaseName,
  before: Weighed,
  after: Weighed,
): Pick<ObjectiveVerdict, 'outcome' | 'message' | 'estimate' | 'interval'> => {
  const shares = [before, after].map(({bad, total}) => percent(bad / total))
  const said = `"${compares}" is bad in ${shares[1]} of ${count(after.total)} in the ${phase} phase, in ${shares[0]} of ${count(before.total)} in the baseline; asked for at most ${formatPercent(mostWorse)} more often`
  const inconclusive = (why: string) => ({outcome: 'inconclusive', message: `${said}; ${why}`}) as const
  if (Math.min(before.total, after.total) < minSamples)
    return inconclusive(`fewer than ${count(minSamples)} events`)
  const ratio = ratioOfRates(
    {bad: after.bad * after.worth, total: after.total * after.worth},
    {bad: before.bad * before.worth, total: before.total * before.worth},
    confidence,
  )
  if (!ratio) return inconclusive('no bad event in either: there is nothing to compare')
  const {low, high, value} = ratio
  const interval = {low, high}
  // Without a bad event in the baseline the ratio has no upper end, and no estimate.
  const measured = Number.isFinite(value) ? {estimate: value, interval} : {interval}
  if (high <= 1 + mostWorse) return {...measured, outcome: 'pass', message: said}
  if (low > 1 + mostWorse) return {...measured, outcome: 'fail', message: said}
  const open = `the interval from ${number(low)} to ${number(high)} times holds ${number(1 + mostWorse)}`
  return {...measured, ...inconclusive(open)}
}
