import {UserError} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import {seededRandom} from '../../system/random.js'
import {runLabelKey} from '../../system/run-label.js'
import {victimCount} from '../processes/replicas.js'
import type {PodsAsked} from './pods-asked.js'
import {optsOut, protectAnnotation, refuseStatic, refuseUncontrolled} from './protection.js'

/** Whether a pod is there to stay: not asked to end, and not finished. */
export const isThere = ({deleting, phase}: Pod): boolean =>
  !deleting && phase !== 'Succeeded' && phase !== 'Failed'

/** What is chosen among, for messages: "workload web", "selector app=web on node n1". */
export const askedOf = ({workload, selector, node, label}: PodsAsked): string =>
  [
    workload === undefined ? `selector ${selector}` : `workload ${workload}`,
    ...(node === undefined ? [] : [`on node ${node}`]),
    ...(label === undefined ? [] : [`with labels ${label}`]),
  ].join(' ')

const pods = (count: number): string => `${count} pod${count === 1 ? '' : 's'}`

/** Why there is nobody to choose. */
const nobody = (asked: PodsAsked, all: readonly Pod[], matching: readonly Pod[]): UserError => {
  if (matching.length > 0)
    return new UserError(
      `All ${pods(matching.length)} of ${askedOf(asked)} opt out by annotation ${protectAnnotation}: "true"`,
      {hint: 'Choose others, or take the annotation away if that is yours to decide.'},
    )
  const ending = all.length - all.filter(isThere).length
  const but = ending > 0 ? ` (${ending} that matched ${ending === 1 ? 'is' : 'are'} ending or over)` : ''
  return new UserError(`No pod matches ${askedOf(asked)}${but}`, {
    hint: 'Nothing to hit is no success. See which pods there are: kubectl get pods --show-labels -o wide.',
  })
}

/**
 * The pods that may be hit: there to stay, as asked for, and not opted out. Throws UserError when there is none, or one of
 * them has no controller.
 */
export const candidatesOf = (asked: PodsAsked, all: readonly Pod[]): Pod[] => {
  const {node, label = ''} = asked
  // What a run made itself, its load or a probe, is no part of the target.
  const foreign = all.filter(({labels}) => !(runLabelKey in labels))
  const asAsked = foreign.filter(
    (pod) => (node === undefined || pod.node === node) && selects(label, pod.labels),
  )
  const matching = asAsked.filter(isThere)
  const candidates = matching.filter(({annotations}) => !optsOut(annotations))
  if (candidates.length === 0) throw nobody(asked, asAsked, matching)
  refuseUncontrolled(candidates)
  refuseStatic(candidates)
  return candidates
}

/** The pods in the order in which the rule would take them. Of chance, each pod has its own: others do not move it. */
const inOrder = ({pick, hold}: PodsAsked, candidates: readonly Pod[], draw: number): Pod[] => {
  const byName = (one: Pod, other: Pod): number => (one.name < other.name ? -1 : 1)
  const byAge = (one: Pod, other: Pod): number => one.createdMs - other.createdMs || byName(one, other)
  if (hold && candidates.some(({controller}) => controller?.kind === 'StatefulSet'))
    return candidates.toSorted((one, other) => ordinalOf(other) - ordinalOf(one))
  if (pick === 'oldest') return candidates.toSorted(byAge)
  if (pick === 'newest') return candidates.toSorted(byAge).reverse()
  const random = seededRandom(draw)
  return candidates
    .map((pod) => ({pod, rank: random.fork(pod.name).next()}))
    .sort((one, other) => one.rank - other.rank || byName(one.pod, other.pod))
    .map(({pod}) => pod)
}

/** A StatefulSet that is scaled down loses its highest: no other pod of it can be held down. */
const ordinalOf = ({name}: Pod): number => Number(/-(\d+)$/.exec(name)?.[1] ?? 0)

const howMany = (asked: PodsAsked, there: number): number => {
  if (asked.all) return there
  const of = askedOf(asked)
  return victimCount(asked, there, {has: `${of.charAt(0).toUpperCase()}${of.slice(1)} has`, of, one: 'pod'})
}

const thisPod = (asked: PodsAsked, candidates: readonly Pod[]): Pod => {
  const found = candidates.find(({name}) => name === asked.pod)
  const [highest] = asked.hold ? inOrder(asked, candidates, 0) : []
  if (found?.controller?.kind === 'StatefulSet' && highest && highest !== found)
    throw new UserError(`${found.name} cannot be held down: scaled lower it loses ${highest.name}`, {
      hint: `Name ${highest.name}, or leave out \`respawn: never\`.`,
    })
  if (found) return found
  throw new UserError(`${askedOf(asked)} has no pod "${asked.pod}"`, {
    hint: `Its pods are now: ${candidates.map(({name}) => name).join(', ')}. A new pod has a new name: leave it out, and the seed picks.`,
  })
}

/**
 * As many of the candidates as asked for, exactly, by the rule. Those that were planned stay chosen as long as they are
 * there; the others are chosen by the same rule, with what chance drew then.
 */
export const choosePods = (
  asked: PodsAsked,
  candidates: readonly Pod[],
  draw: number,
  planned: readonly string[] = [],
): Pod[] => {
  if (asked.pod !== undefined) return [thisPod(asked, candidates)]
  const order = inOrder(asked, candidates, draw)
  const kept = order.filter(({name}) => planned.includes(name))
  const others = order.filter(({name}) => !planned.includes(name))
  // A share of more pods is still no more than what was planned.
  const most = asked.percent !== undefined && planned.length > 0 ? planned.length : candidates.length
  return [...kept, ...others].slice(0, Math.min(most, howMany(asked, candidates.length)))
}
