import {criteriaOf} from '../capacity/criteria.js'
import {allowanceFor} from '../capacity/finding.js'
import {type CapacityAsked, type CapacityHeader, capacityVersion} from '../capacity/record.js'
import {quick, type SearchOptions, thorough} from '../capacity/search-options.js'
import type {Experiment} from '../run/experiment.js'
import type {TrialSite} from '../run/trials/site.js'
import {meanRate} from '../run/trials/trial-plan.js'
import type {Target} from '../scenarios/target.js'
import {systemClock} from '../system/clock.js'
import {describeMachine} from '../system/machine.js'
import {packageVersion} from '../system/package-version.js'
import type {Limits} from './capacity-flags.js'
import {holdsOf, workloadsWithout} from './capacity-holds.js'
import type {Left} from './capacity-record.js'

/** What a search was asked for, and what it goes on from. */
export interface Asking {
  asked: CapacityAsked
  limits: Limits
  left: Left | undefined
}

/** Samples that come seldom need longer trials: a count is as sharp as the interval between two of them. */
const fitted = (options: SearchOptions, intervalMs: number): SearchOptions => {
  if (intervalMs <= 1_000) return options
  const atLeast = (ms: number, intervals: number): number => Math.max(ms, intervals * intervalMs)
  return {
    ...options,
    settleMs: atLeast(options.settleMs, 1),
    riseMs: atLeast(options.riseMs, 4),
    trialMs: atLeast(options.trialMs, 4),
    confirmMs: atLeast(options.confirmMs, 8),
    budgetMs: atLeast(options.budgetMs, 80),
  }
}

/** The first line of a search's record. Throws UserError for what cannot be done, before the first trial. */
export const headerOf = async (
  site: TrialSite,
  {source}: Pick<Experiment, 'source'>,
  {asked, limits, left, seed}: Asking & {seed: number},
): Promise<CapacityHeader> => {
  const {plan, metrics} = site
  const {scenario, target} = plan
  const criteria = criteriaOf(scenario, 'baseline')
  const startPerSecond = limits.startPerSecond ?? Math.min(meanRate(plan) / 4, limits.mostPerSecond)
  const mode = asked.mode === 'thorough' ? thorough : quick
  const options = fitted(
    {
      ...mode,
      startPerSecond,
      leastPerSecond: startPerSecond / 16,
      mostPerSecond: limits.mostPerSecond,
      ...(limits.budgetMs !== undefined && {budgetMs: limits.budgetMs}),
    },
    metrics.intervalMs,
  )
  const workloads = Object.entries(target.workloads)
  const header: CapacityHeader = {
    kind: 'capacity',
    capacityVersion,
    runId: site.runId,
    createdMs: systemClock.now(),
    scenario: scenario.name,
    source,
    target: target.name,
    ...clusterOf(target),
    engine: scenario.load.engine,
    seed,
    options: left?.header.options ?? options,
    asked: left ? asked : {...asked, without: workloadsWithout(asked.without, target)},
    objectives: criteria.objectives.map(({name}) => name),
    leftOut: criteria.leftOut,
    lossAllowed: criteria.lossAllowed,
    replicas: Object.fromEntries(workloads.map(([name, {replicas}]) => [name, replicas.length])),
    allowance: allowanceFor(options.width),
    versions: {shakedown: packageVersion(), node: process.version, metrics: await metrics.describe()},
    machine: describeMachine(),
    ...(left && {resumed: left.header.runId}),
  }
  // What cannot be done is told before the first trial.
  await site.admit(holdsOf(site, header.asked))
  return header
}

/** Of what is known of the cluster, its names. */
const clusterOf = ({kubernetes}: Target): Pick<CapacityHeader, 'cluster'> => {
  if (kubernetes === undefined) return {}
  const {context, namespace} = kubernetes
  return {cluster: {...(context !== undefined && {context}), namespace}}
}
