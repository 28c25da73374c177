import type {Pod} from '../../scenarios/kubernetes.js'
import {formatDuration} from '../../scenarios/quantities.js'
import type {Aimed, Evidence, World} from '../fault.js'
import {isThere} from './choose-pods.js'
import {podsNowOf} from './look-around.js'
import type {PodsInverse} from './pods-inverse.js'
import {missingOf} from './ready-again.js'
import type {Sight} from './sight.js'

/** Whoever looks is given up when the fault ends. */
const spareMs = 1_000
const pollMs = 200

/** Of a uid, enough to tell it from others. */
const short = (uid: string): string => uid.slice(0, 8)

type Fate = {is: 'gone' | 'ending' | 'there' | 'missed'; says: string}

const fateOf = (name: string, uid: string, pods: readonly Pod[], sight: Sight | undefined): Fate => {
  if (sight?.missed.has(name))
    return {is: 'missed', says: `${name} (${short(uid)}) had gone before it was to be hit: not by this fault`}
  const pod = pods.find((one) => one.uid === uid)
  if (!pod) {
    const ms = sight?.goneMs.get(name)
    const after = ms === undefined ? '' : ` after ${formatDuration(Math.round(ms))}`
    return {is: 'gone', says: `${name} (${short(uid)}) is gone${after}`}
  }
  if (pod.deleting) return {is: 'ending', says: `${name} (${short(uid)}) is ending: Terminating`}
  const refused = sight?.refusals.get(name)
  const why = refused === undefined ? 'nothing deleted it' : `its eviction was refused: ${refused}`
  return {is: 'there', says: `${name} (${short(uid)}) is still there: ${why}`}
}

/** Pods of the first look that went although nobody was to hit them. */
const goneBesides = (inverse: PodsInverse, pods: readonly Pod[], sight: Sight | undefined): string[] => {
  const ours = new Set(Object.values(inverse.victims))
  return (sight?.before ?? [])
    .filter((pod) => isThere(pod) && !ours.has(pod.uid) && !pods.some(({uid}) => uid === pod.uid))
    .map(({name}) => name)
}

const readiness = (inverse: PodsInverse, pods: readonly Pod[], sight: Sight | undefined): string[] => {
  if (sight?.readyMs !== undefined)
    return [`ready again after ${formatDuration(Math.round(sight.readyMs))}: ${inverse.ready} pods`]
  const missing = missingOf({...inverse, victims: {}}, pods)
  return missing === undefined ? [] : [`not ready again so far: ${missing}`]
}

const heldDown = ({held}: PodsInverse, pods: readonly Pod[]): {says: string; isUp: boolean}[] => {
  if (!held) return []
  const there = pods.filter(isThere).length
  return [{says: `scaled from ${held.was} to ${held.to}: ${there} pods`, isUp: there > held.to}]
}

/** What the pods say about a deletion. It bit when every victim is gone, or on its way. */
export const podsEvidence = (inverse: PodsInverse, pods: readonly Pod[], sight?: Sight): Evidence => {
  const fates = Object.entries(inverse.victims).map(([name, uid]) => fateOf(name, uid, pods, sight))
  const ours = new Set(Object.values(inverse.victims))
  const besides = goneBesides(inverse, pods, sight)
  const held = heldDown(inverse, pods)
  const restarts = pods.filter(({uid}) => !ours.has(uid)).reduce((sum, pod) => sum + pod.restarts, 0)
  const restarted = Math.max(0, restarts - inverse.restarts)
  const spared = fates.filter(({is}) => is === 'there' || is === 'missed').length
  return {
    bit: spared > 0 || held.some(({isUp}) => isUp) ? 'no' : 'yes',
    observations: [
      ...fates.map(({says}) => says),
      ...held.map(({says}) => says),
      ...(inverse.held ? [] : readiness(inverse, pods, sight)),
      ...(besides.length > 0 ? [`went besides, not by this fault: ${besides.join(', ')}`] : []),
      ...(restarted > 0 ? [`containers restarted meanwhile: ${restarted}`] : []),
    ],
    numbers: {
      asked: fates.length,
      hit: fates.length - spared,
      gone: fates.filter(({is}) => is === 'gone').length,
      restarts: restarted,
      ...(sight?.readyMs === undefined ? {} : {'ready again ms': Math.round(sight.readyMs)}),
    },
  }
}

/** Whether there is nothing more to wait for. */
const isSettled = (inverse: PodsInverse, sight: Sight): boolean => {
  const names = Object.keys(inverse.victims)
  const met = names.every((name) => sight.goneMs.has(name) || sight.refusals.has(name))
  if (inverse.held) return met && (sight.pods ?? []).filter(isThere).length <= inverse.held.to
  return sight.readyMs !== undefined ? met : names.some((name) => sight.refusals.has(name)) && met
}

/** Looks when all is ready again, or shortly before the fault ends: the time to the replacement is what one wants to know. */
export const observePods = async (
  {startMs, endMs}: Pick<Aimed<unknown>, 'startMs' | 'endMs'>,
  inverse: PodsInverse,
  world: World,
  sight: Sight | undefined,
): Promise<Evidence> => {
  const {clock, signal, cluster} = world
  const untilMs = sight ? sight.beganMs + (endMs - startMs) - spareMs : clock.now()
  while (sight && !isSettled(inverse, sight) && clock.now() < untilMs) await clock.sleep(pollMs, signal)
  return podsEvidence(inverse, await podsNowOf(inverse, {cluster}), sight)
}
