import type {CapacityAsked} from '../capacity/record.js'
import {UserError} from '../errors.js'
import {isScalable} from '../faults/pods/scaling.js'
import type {PlannedFault} from '../plan/plan.js'
import {heldForMs} from '../run/trials/held-for.js'
import type {TrialSite} from '../run/trials/site.js'
import type {Target} from '../scenarios/target.js'

/** Faults that are done and over, unless they keep what they hit from coming back. */
const overAtOnce = ['kill', 'terminate', 'pod-delete']

/**
 * The scenario's fault of that name (or id), at full strength, until it is released. Throws UserError when there is none, or
 * nothing of it would be in force.
 */
export const faultToHold = ({plan}: Pick<TrialSite, 'plan'>, name: string): PlannedFault => {
  const found = plan.faults.find(({id, fault}) => fault === name || id === name)
  if (!found) {
    const names = [...new Set(plan.faults.map(({fault}) => fault))]
    throw new UserError(`Scenario ${plan.scenario.name} has no fault "${name}"`, {
      hint: names.length > 0 ? `Its faults are: ${names.join(', ')}.` : 'It has no faults at all.',
    })
  }
  if (overAtOnce.includes(found.fault) && found.aim.holds !== true) {
    throw new UserError(`The fault ${name} is over at once: nothing of it is in force during a search`, {
      hint: 'Use --without one:WORKLOAD, or give it `respawn: never`.',
    })
  }
  const {envelope: _envelope, levels: _levels, ...fault} = found
  return {...fault, startMs: 0, endMs: heldForMs}
}

/** One that has no equal is no spare part, and one that nobody can scale stays as it is: `each` is about the others. */
const spareOf = ({workloads}: Target): string[] =>
  Object.entries(workloads)
    .filter(([, {replicas, object}]) => replicas.length > 1 && (object === undefined || isScalable(object)))
    .map(([name]) => name)

/**
 * The workloads that one replica is taken of, each once, with `each` spelled out. Throws UserError when it stands for none:
 * a safe peak of the whole system alone would look like one with a replica gone.
 */
export const workloadsWithout = (without: readonly string[], target: Target): string[] => {
  const spare = spareOf(target)
  if (without.includes('each') && spare.length === 0) {
    throw new UserError(`--without each: no workload of target ${target.name} has several replicas`, {
      hint: 'Nothing of it can go without all of it being gone: leave --without out, or run more replicas.',
    })
  }
  return [...new Set(without.flatMap((name) => (name === 'each' ? spare : [name])))]
}

/** All that a search holds, one after the other; a replica goes twice: for the search without it, and for the dip. */
export const holdsOf = (
  site: Pick<TrialSite, 'plan' | 'aimAtOne'>,
  asked: Pick<CapacityAsked, 'without' | 'with'>,
): PlannedFault[] => [
  ...asked.without.flatMap((workload) => [site.aimAtOne(workload), site.aimAtOne(workload)]),
  ...asked.with.map((name) => faultToHold(site, name)),
]
