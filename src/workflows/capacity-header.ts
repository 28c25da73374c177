import {criteriaOf} from '../capacity/criteria.js'
import {allowanceFor} from '../capacity/finding.js'
import {type CapacityAsked, type CapacityHeader, capacityVersion} from '../capacity/record.js'
import {quick, type SearchOptions, thorough} from '../capacity/search-options.js'
import {UserError} from '../errors.js'
import type {Experiment} from '../run/experiment.js'
import type {TrialSite} from '../run/trials/site.js'
import {meanRate} from '../run/trials/trial-plan.js'
import {systemClock} from '../system/clock.js'
import {describeMachine} from '../system/machine.js'
import {packageVersion} from '../system/package-version.js'
import type {Limits} from './capacity-flags.js'
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
  // One that has no equal is no spare part: `each` is about those that have.
  const spare = workloads.filter(([, {replicas}]) => replicas.length > 1).map(([name]) => name)
  const without = asked.without.flatMap((name) => (name === 'each' ? spare : [name]))
  const header: CapacityHeader = {
    kind: 'capacity',
    capacityVersion,
    runId: site.runId,
    createdMs: systemClock.now(),
    scenario: scenario.name,
    source,
    target: target.name,
    engine: scenario.load.engine,
    seed,
    options: left?.header.options ?? options,
    asked: left ? asked : {...asked, without: [...new Set(without)]},
    objectives: criteria.objectives.map(({name}) => name),
    leftOut: criteria.leftOut,
    lossAllowed: criteria.lossAllowed,
    replicas: Object.fromEntries(workloads.map(([name, {replicas}]) => [name, replicas.length])),
    allowance: allowanceFor(options.width),
    versions: {shakedown: packageVersion(), node: process.version, metrics: await metrics.describe()},
    machine: describeMachine(),
    ...(left && {resumed: left.header.runId}),
  }
  checkLegs(site, header)
  return header
}

/** What cannot be done is told before the first trial. */
const checkLegs = (site: TrialSite, {asked}: CapacityHeader): void => {
  for (const workload of asked.without) site.aimAtOne(workload)
  for (const name of asked.with) {
    const found = site.plan.faults.find(({id, fault}) => fault === name || id === name)
    const names = [...new Set(site.plan.faults.map(({fault}) => fault))]
    if (!found) {
      throw new UserError(`Scenario ${site.plan.scenario.name} has no fault "${name}"`, {
        hint: names.length > 0 ? `Its faults are: ${names.join(', ')}.` : 'It has no faults at all.',
      })
    }
    const atOnce = ['kill', 'terminate'].includes(found.fault) && found.aim.holds !== true
    if (atOnce) {
      throw new UserError(`The fault ${name} is over at once: nothing of it is in force during a search`, {
        hint: 'Use --without one:WORKLOAD, or give it `respawn: never`.',
      })
    }
  }
}
