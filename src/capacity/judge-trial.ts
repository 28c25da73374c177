import type {TrialSeen} from '../run/trials/send-trial.js'
import {formatPercent} from '../scenarios/quantities.js'
import type {Objective} from '../scenarios/scenario.js'
import {judgeQuery} from '../verdict/query.js'
import {secondsIn} from '../verdict/seconds.js'
import {judgeShare} from '../verdict/share.js'
import {generatorChecks} from '../verdict/validity-generator.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {count, percent} from '../verdict/words.js'
import type {Criteria} from './criteria.js'
import {type LoadFigures, loadFigures} from './figures.js'
import {shortLoad} from './load-as-planned.js'
import {notRefusedOf} from './refusals.js'
import {instancesOf, resourcesOf} from './resources.js'
import {shareInWords} from './share-words.js'
import type {ObjectiveSeen, Trial, TrialFigures} from './trial.js'
import {observationsOfTrial} from './trial-record.js'

/** What a trial showed, and why. */
export type TrialVerdict = Pick<Trial, 'outcome' | 'bound' | 'message' | 'final'> & {seen: TrialFigures}

/** So many requests more in flight at the end of a window than at its start are a queue that grows. */
const leastBacklog = 20
/** The same as a share of the requests of the window, beyond what the objectives allow to be lost. */
const mostBacklog = 0.02

/** One bad event is allowed whatever the number of events: it is no share yet. */
const holdsShare = ({counts, target}: ObjectiveVerdict): boolean | undefined =>
  counts && counts.bad <= Math.max(1, (1 - target) * counts.total)

const seenOf = (objective: Objective, verdict: ObjectiveVerdict): ObjectiveSeen => {
  const {name, kind, estimate, target, unit, outcome} = verdict
  const message = kind === 'query' ? verdict.message : shareInWords(verdict, objective)
  const held =
    kind === 'query' ? (outcome === 'inconclusive' ? undefined : outcome === 'pass') : holdsShare(verdict)
  return {
    name,
    target,
    unit,
    message,
    ...(held !== undefined && {held}),
    ...(estimate !== undefined && {estimate}),
  }
}

/** What was lost on the way, which no metric of the target can count. */
const deliveryOf = (load: LoadFigures, lossAllowed: number): ObjectiveSeen => {
  const offered = load.seconds.reduce((sum, second) => sum + second.offered, 0)
  const lost = load.seconds.reduce((sum, second) => sum + second.lost, 0)
  return {
    name: 'delivered',
    held: lost <= Math.max(1, lossAllowed * offered),
    estimate: offered === 0 ? 0 : 1 - lost / offered,
    target: 1 - lossAllowed,
    unit: 'ratio',
    message: `${count(lost)} of ${count(offered)} requests were not sent or got no answer (${percent(load.lostShare)}), ${formatPercent(lossAllowed)} may`,
  }
}

/** A queue that grows all the time is no load that is carried, however long its answers may take. */
const keepingUpOf = ({inFlight, seconds}: LoadFigures, lossAllowed: number): ObjectiveSeen => {
  const offered = seconds.reduce((sum, second) => sum + second.offered, 0)
  const grown = Math.max(0, inFlight.end - inFlight.start)
  const most = Math.max(leastBacklog, (mostBacklog + lossAllowed) * offered)
  return {
    name: 'kept up',
    held: grown <= most,
    estimate: grown,
    target: most,
    unit: 'value',
    message: `requests in flight went from ${count(inFlight.start)} to ${count(inFlight.end)}, at most ${count(Math.round(most))} more may be`,
  }
}

/** Judges a trial by the point estimates of its objectives: the search repeats what is in doubt. */
export const judgeTrial = (
  seen: TrialSeen,
  {objectives, lossAllowed, refusalsAllowed}: Criteria,
): TrialVerdict => {
  const observed = observationsOfTrial(seen, objectives)
  const load = loadFigures(seen)
  const verdicts = objectives.flatMap((objective) => {
    if (objective.kind === 'ratio' || objective.kind === 'latency')
      return [seenOf(objective, judgeShare(objective, 'baseline', observed))]
    return objective.kind === 'query' ? [seenOf(objective, judgeQuery(objective, 'baseline', observed))] : []
  })
  const all = [
    ...verdicts,
    deliveryOf(load, lossAllowed),
    ...(refusalsAllowed === undefined
      ? []
      : [notRefusedOf(secondsIn(seen.load, seen.window), refusalsAllowed)]),
    keepingUpOf(load, lossAllowed),
  ]
  const badShare = Math.max(
    load.lostShare,
    ...all.flatMap(({unit, estimate}) => (unit === 'ratio' && estimate !== undefined ? [1 - estimate] : [])),
  )
  const figures: TrialFigures = {
    ...load,
    goodPerSecond: load.offeredPerSecond * (1 - badShare),
    objectives: all,
    resources: resourcesOf(seen),
    instances: instancesOf(seen),
  }
  return {...outcomeOf(seen, figures, generatorChecks(observed)), seen: figures}
}

/** What the generator was late explains an answer that took up to so many times as long from its intended time. */
const explains = 4

/**
 * A generator that was late makes answers look later than they were: what held, held all the same. What was missed may
 * be its doing, unless the usual answer took far longer than it was late.
 */
const isExcuse = ({latencyMs, generator}: TrialFigures): boolean =>
  latencyMs === undefined || latencyMs.p50 < explains * (generator.latenessP99Ms ?? 0)

const outcomeOf = (
  trial: TrialSeen,
  figures: TrialFigures,
  checks: ReturnType<typeof generatorChecks>,
): Omit<TrialVerdict, 'seen'> => {
  const {tripped} = trial
  if (tripped) return {outcome: 'bad', bound: tripped.guard, message: tripped.message, final: true}
  const short = shortLoad(trial)
  if (short) return short
  const {objectives} = figures
  const missed = objectives.find(({held}) => held === false)
  const late = checks.find(({ok}) => !ok)
  if (missed && late && isExcuse(figures))
    return {outcome: 'generator', bound: late.name, message: late.message}
  if (missed) return {outcome: 'bad', bound: missed.name, message: missed.message}
  const unseen = objectives.find(({held}) => held === undefined)
  if (unseen) return {outcome: 'unknown', bound: unseen.name, message: unseen.message}
  return {outcome: 'good'}
}
