import type {Pod} from '../../scenarios/kubernetes.js'
import {belongsTo} from '../../targets/kubernetes/look-at-pods.js'
import type {World} from '../fault.js'
import type {PodsInverse} from './pods-inverse.js'
import {missingOf} from './ready-again.js'

/** What is seen of the pods of a fault while it is in force; times in ms from its beginning. */
export interface Sight {
  /** Epoch ms. */
  beganMs: number
  /** The pods as they are now; undefined before the first look. */
  pods: readonly Pod[] | undefined
  /** Those of the first look. */
  before: readonly Pod[] | undefined
  /** When each victim, by name, was gone. */
  goneMs: Map<string, number>
  /** When all was ready again. */
  readyMs: number | undefined
  /** Why evictions were refused last, by the pod's name. */
  refusals: Map<string, string>
  /** Names of victims that somebody else ended before their turn. */
  missed: Set<string>
  /** All that were to be hit have been. */
  over: boolean
}

/** A victim that is neither gone nor ending. */
const stays = (uid: string, pods: readonly Pod[]): boolean =>
  pods.some((pod) => pod.uid === uid && !pod.deleting)

/** Whether as many pods are ready as before, and the victims are on their way: what the next one's turn waits for. */
export const isBack = (inverse: PodsInverse, victims: readonly string[], pods: readonly Pod[]): boolean =>
  victims.every((name) => !stays(inverse.victims[name] ?? '', pods)) &&
  missingOf({...inverse, victims: {}}, pods) === undefined

/** Takes one look in. */
export const takeLook = (sight: Sight, inverse: PodsInverse, pods: readonly Pod[], nowMs: number): void => {
  sight.pods = pods
  sight.before ??= pods
  const sinceMs = nowMs - sight.beganMs
  for (const [name, uid] of Object.entries(inverse.victims)) {
    const gone = !pods.some((pod) => pod.uid === uid)
    if (gone && !sight.goneMs.has(name)) sight.goneMs.set(name, sinceMs)
  }
  if (sight.over && inverse.held === null && isBack(inverse, Object.keys(inverse.victims), pods))
    sight.readyMs ??= sinceMs
}

/** Watches on for a while after the fault's time: whoever looks last finds what it says. */
const afterMs = 5_000

/** Follows the pods of a fault until its time is over; what cannot be watched is not seen, and fails nothing. */
export const beginSight = (inverse: PodsInverse, lastsMs: number, world: World): Sight => {
  const {clock, signal, cluster} = world
  const sight: Sight = {
    beganMs: clock.now(),
    pods: undefined,
    before: undefined,
    goneMs: new Map(),
    readyMs: undefined,
    refusals: new Map(),
    missed: new Set(),
    over: false,
  }
  const stop = new AbortController()
  const end = (): void => stop.abort()
  signal.addEventListener('abort', end, {once: true})
  if (signal.aborted) end()
  const isOurs = (pod: Pod): boolean => belongsTo(inverse.ref, inverse.uid, pod)
  const onPods = (pods: readonly Pod[]): void => takeLook(sight, inverse, pods.filter(isOurs), clock.now())
  const watching = cluster().watchPods(inverse.selector, onPods, stop.signal)
  const limit = clock.sleep(lastsMs + afterMs, stop.signal).then(end)
  void Promise.allSettled([watching.finally(end), limit]).then(() => signal.removeEventListener('abort', end))
  return sight
}
