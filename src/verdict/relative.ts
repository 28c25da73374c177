import {formatPercent} from '../scenarios/quantities.js'
import type {Objective, PhaseName, RelativeObjective} from '../scenarios/scenario.js'
import {blockMsOf, blocksOf} from './blocks.js'
import {type Doubtful, doubtsAtEdges} from './edges.js'
import {isLack, type Lack, type Observations} from './observations.js'
import {staleness} from './share.js'
import {countIn, sliOf, type Tally} from './sli.js'
import {dispersionOf} from './statistics/dispersion.js'
import {chanceOfRatio, ratioOfRates} from './statistics/ratio.js'
import type {ObjectiveVerdict} from './verdict.js'
import {count, number, percent} from './words.js'

/** Counts of a phase, and the share of them that as many independent events would be worth. */
type Weighed = Pick<Tally, 'bad' | 'total'> & {worth: number; doubts?: Doubtful}

/** Judges by how much more often events are bad in a phase than in the run's own baseline, or than in a saved run. */
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
  const inconclusive = ({lack}: Lack) => ({...base, outcome: 'inconclusive', message: lack}) as const
  const before = measureFor(objective, phase, objectives, observed)
  if (isLack(before)) return inconclusive(before)
  const after = weigh(objective, phase, objectives, observed)
  if (isLack(after)) return inconclusive(after)
  return {...base, ...decided(objective, phase, before, after)}
}

/** What the phase is compared with: the same phase of a saved run, or the baseline of this one. */
const measureFor = (
  objective: RelativeObjective,
  phase: PhaseName,
  objectives: readonly Objective[],
  observed: Observations,
): Weighed | Lack => {
  const {saved} = objective
  if (!saved) return weigh(objective, 'baseline', objectives, observed)
  return saved.phases?.[phase] ?? {lack: `no data: nothing was read from ${saved.path} of the ${phase} phase`}
}

/** The baseline, or where else the other counts come from. */
const placeOf = ({saved}: RelativeObjective): string =>
  saved ? `the saved run${saved.runId === undefined ? '' : ` ${saved.runId}`}` : 'the baseline'

/** Counts the objective that this one compares in a phase. */
export const weigh = (
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
  const blockMs = blockMsOf(window, observed.intervalMs)
  const {effective} = dispersionOf(blocksOf(sli, window, observed), confidence, blockMs)
  const doubts = doubtsAtEdges(sli, window, tally, observed)
  return {...tally, worth: Math.min(1, effective / tally.total), ...(doubts && {doubts})}
}

/** The counts with each event taken for what it is worth; where scrapes are missing at the edges, the best or the worst of them. */
const rateOf = (weighed: Weighed, side: 'worst' | 'best' | 'seen') => {
  const {worth, doubts} = weighed
  const {bad, total} = side === 'seen' ? weighed : (doubts?.[side] ?? weighed)
  return {bad: bad * worth, total: total * worth}
}

const decided = (
  objective: RelativeObjective,
  phase: PhaseName,
  before: Weighed,
  after: Weighed,
): Pick<ObjectiveVerdict, 'outcome' | 'message' | 'estimate' | 'interval' | 'chance'> => {
  const {compares, mostWorse, minSamples, confidence} = objective
  const shares = [before, after].map(({bad, total}) => percent(bad / total))
  const said = `"${compares}" is bad in ${shares[1]} of ${count(after.total)} in the ${phase} phase, in ${shares[0]} of ${count(before.total)} in ${placeOf(objective)}; asked for at most ${formatPercent(mostWorse)} more often`
  const inconclusive = (why: string) => ({outcome: 'inconclusive', message: `${said}; ${why}`}) as const
  if (Math.min(before.total, after.total) < minSamples)
    return inconclusive(`fewer than ${count(minSamples)} events`)
  const limit = 1 + mostWorse
  const ratio = ratioOfRates(rateOf(after, 'seen'), rateOf(before, 'seen'), confidence)
  // However the events around the edges belong, the ratio is no less than that, and no more.
  const least = ratioOfRates(rateOf(after, 'best'), rateOf(before, 'worst'), confidence)
  const most = ratioOfRates(rateOf(after, 'worst'), rateOf(before, 'best'), confidence)
  if (!ratio || !least || !most) return inconclusive('no bad event in either: there is nothing to compare')
  const interval = {low: Math.min(ratio.low, least.low), high: Math.max(ratio.high, most.high)}
  const chance = chanceOfRatio(rateOf(after, 'best'), rateOf(before, 'worst'), limit)
  // Without a bad event in the baseline the ratio has no upper end, and no estimate.
  const measured = {...(Number.isFinite(ratio.value) && {estimate: ratio.value}), interval, chance}
  if (interval.high <= limit) return {...measured, outcome: 'pass', message: said}
  if (interval.low > limit) return {...measured, outcome: 'fail', message: said}
  const missing = [after, before].flatMap(({doubts}) => doubts?.message ?? [])
  const open = `the interval from ${number(interval.low)} to ${number(interval.high)} times holds ${number(limit)}`
  return {...measured, ...inconclusive([...missing, open].join('; '))}
}
