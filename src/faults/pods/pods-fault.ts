import {rights} from '../../clients/kubernetes/needed-rights.js'
import type {Aim} from '../../plan/plan.js'
import type {Target} from '../../scenarios/target.js'
import type {Random} from '../../system/random.js'
import type {Fault} from '../fault.js'
import {aimAtPods, refOf} from './aim-pods.js'
import {endPods} from './end-pods.js'
import type {PodsAsked} from './pods-asked.js'
import {observePods} from './pods-evidence.js'
import {type PodsInverse, podsRemedy, podsUndoLimitMs, releasePods, undoPods} from './pods-inverse.js'
import {preparePods} from './prepare-pods.js'
import {beginSight, type Sight} from './sight.js'

/** What a fault on pods does, whatever it is called: all of a Fault but its name and options. */
export type PodsVerbs<Options> = Required<
  Pick<
    Fault<Options, PodsInverse>,
    'aim' | 'rights' | 'prepare' | 'inject' | 'observe' | 'release' | 'undo' | 'undoLimitMs' | 'remedy'
  >
>

/** What deleting these pods takes of an account's rights. */
const rightsFor = (asked: PodsAsked, target: Target): ReturnType<PodsVerbs<unknown>['rights']> => {
  const namespace = target.kubernetes?.namespace ?? 'default'
  const ref = refOf(asked, target)
  return [
    ...rights.watchPods(namespace),
    ...rights.readWorkload(ref, namespace),
    ...rights.readOptOuts(ref, namespace),
    ...(asked.evict ? rights.evictPods(namespace) : rights.deletePods(namespace)),
    ...(asked.evict || asked.force ? [] : rights.readBudgets(namespace)),
    ...(asked.hold ? [...rights.scale(ref, namespace), ...rights.readAutoscalers(namespace)] : []),
  ]
}

/** Makes what deletes pods of what the options ask for; `first` is said of them before all else in the plan. */
export const podsFault = <Options>(
  askedFor: (options: Options) => PodsAsked,
  first = '',
): PodsVerbs<Options> => {
  // What is seen between inject and observe belongs to this process alone: undo, in any process, needs none of it.
  const sights = new WeakMap<PodsInverse, Sight>()
  return {
    aim: (options: Options, target: Target, random: Random, lastsMs?: number): Aim =>
      aimAtPods(askedFor(options), target, random, {lastsMs, first}),
    rights: (options, target) => rightsFor(askedFor(options), target),
    prepare: (fault, world) => preparePods(fault, askedFor(fault.options), world),
    inject: async (fault, inverse, world) => {
      const sight = beginSight(inverse, fault.endMs - fault.startMs, world)
      sights.set(inverse, sight)
      await endPods(fault, askedFor(fault.options), inverse, world, sight)
    },
    observe: (fault, inverse, world) => observePods(fault, inverse, world, sights.get(inverse)),
    release: releasePods,
    undo: undoPods,
    undoLimitMs: podsUndoLimitMs,
    remedy: podsRemedy,
  }
}
