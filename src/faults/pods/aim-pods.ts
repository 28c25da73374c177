import {isDeepStrictEqual} from 'node:util'
import {UserError} from '../../errors.js'
import type {Aim} from '../../plan/plan.js'
import type {Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import {formatDuration, formatPercent} from '../../scenarios/quantities.js'
import type {Target} from '../../scenarios/target.js'
import type {Random} from '../../system/random.js'
import {checkTime, inTurnWords} from '../processes/in-turn.js'
import {askedOf, candidatesOf, choosePods, isThere} from './choose-pods.js'
import type {PodsAsked} from './pods-asked.js'
import {refuseSystem} from './protection.js'
import {takingsOf} from './takings.js'

/** The object in the cluster that a workload of the target is. Throws UserError when the target has no such workload. */
export const objectOf = (workload: string, target: Target): WorkloadRef => {
  const found = target.workloads[workload]
  if (!found)
    throw new UserError(`Target ${target.name} has no workload "${workload}"`, {
      hint: `Its workloads are: ${Object.keys(target.workloads).join(', ')}.`,
    })
  if (!found.object)
    throw new UserError(`Workload ${workload} of target ${target.name} names no object of the cluster`, {
      hint: `Say which it is in the target file: \`deployment: ${workload}\`, or a selector.`,
    })
  return found.object
}

/** Every name by which the target knows the object of a workload: faults on one must not meet under two. */
export const namesOfObject = (workload: string, target: Target): string[] => {
  const object = objectOf(workload, target)
  return Object.entries(target.workloads).flatMap(([name, one]) =>
    isDeepStrictEqual(one.object, object) ? [name] : [],
  )
}

/** What the pods asked for belong to. */
export const refOf = ({workload, selector = ''}: PodsAsked, target: Target): WorkloadRef =>
  workload === undefined ? {kind: 'selector', selector} : objectOf(workload, target)

/** The pods that are asked among, as they were when the target was looked at. Throws UserError outside a cluster. */
const podsOf = ({workload, selector = ''}: PodsAsked, target: Target): Pod[] => {
  if (!target.kubernetes)
    throw new UserError(`Target ${target.name} is in no cluster, so it has no pods`, {
      hint: 'Use `kill` or `terminate` here; or say `kubernetes: {namespace: …}` in the target file.',
    })
  refuseSystem(target.kubernetes.namespace)
  if (workload !== undefined) {
    objectOf(workload, target)
    return target.workloads[workload]?.pods ?? []
  }
  return (target.kubernetes.pods ?? []).filter(({labels}) => selects(selector, labels))
}

const graceInWords = (graceMs: number | undefined): string => {
  if (graceMs === undefined) return ', with their own grace period'
  // What a container without any grace gets all the same: measured on kubelet 1.34.
  if (graceMs === 0) return ' with grace 0 (SIGTERM, SIGKILL about 2 s later: no crash)'
  return `, with a grace period of ${formatDuration(graceMs)}`
}

const ruleInWords = ({pod, all, percent, pick}: PodsAsked): string => {
  if (pod !== undefined || all) return ''
  const share = percent === undefined ? '' : `${formatPercent(percent)}, `
  return ` (${share}${pick === 'random' ? 'picked by the seed' : `the ${pick}`})`
}

const holdInWords = (asked: PodsAsked, victims: readonly Pod[]): string =>
  asked.hold ? `, and scales ${asked.workload} ${victims.length} lower: no replacement until it ends` : ''

const manyShown = 12

/** A few by name, the rest by number. */
export const namesOf = (pods: readonly {name: string}[]): string => {
  const shown = pods.slice(0, manyShown).map(({name}) => name)
  const more = pods.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Words for a fault that takes pods; `first` is what it says before all else. */
const does = (asked: PodsAsked, victims: readonly Pod[], there: number, first: string): string =>
  [
    `${first}${asked.evict ? 'evicts' : 'deletes'} ${victims.length} of the ${there} pods of ${askedOf(asked)}`,
    ruleInWords(asked),
    graceInWords(asked.graceMs),
    inTurnWords(asked, victims.length),
    asked.force ? ', whatever disruption budgets say' : '',
    holdInWords(asked, victims),
    `: ${namesOf(victims)}`,
  ].join('')

/** Only what can be scaled can be kept from being replaced. */
export const checkHold = (asked: PodsAsked, ref: WorkloadRef): void => {
  if (!asked.hold || ref.kind === 'Deployment' || ref.kind === 'StatefulSet' || ref.kind === 'ReplicaSet')
    return
  const what = ref.kind === 'selector' ? 'A selector' : 'A DaemonSet'
  throw new UserError(`${what} cannot be scaled, so its pods cannot be kept from coming back`, {
    hint: 'Leave out `respawn: never`, or cordon the node first.',
  })
}

/** Chooses pods; pure. Throws UserError when nobody matches, too few are there, or nobody would replace them. */
export const aimAtPods = (
  asked: PodsAsked,
  target: Target,
  random: Random,
  {lastsMs, first = ''}: {lastsMs?: number | undefined; first?: string} = {},
): Aim => {
  const pods = podsOf(asked, target)
  const ref = refOf(asked, target)
  checkHold(asked, ref)
  const draw = random.below(2 ** 32)
  const victims = choosePods(asked, candidatesOf(asked, pods), draw)
  checkTime(asked, victims.length, lastsMs)
  const around = asked.workload === undefined ? (target.kubernetes?.pods ?? []) : pods
  const undo = asked.hold ? 'scales it back and waits until it is ready' : 'waits until ready again'
  return {
    edges: [],
    replicas: victims.map(({name}) => name),
    pods: victims.length,
    takes: takingsOf(asked, victims, around),
    workloads: asked.workload === undefined ? [askedOf(asked)] : namesOfObject(asked.workload, target),
    draw,
    ...(asked.hold ? {holds: true as const} : {}),
    does: does(asked, victims, pods.filter(isThere).length, first),
    undo: `${undo}, at most ${formatDuration(asked.readyWithinMs)}`,
  }
}
