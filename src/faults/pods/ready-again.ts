import {EnvironmentError} from '../../errors.js'
import type {Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import {formatDuration} from '../../scenarios/quantities.js'
import type {World} from '../fault.js'
import {podsNowOf, refInWords} from './look-around.js'

/** What must be there again; data, for the journal. */
export type ReadyAgain = {
  ref: WorkloadRef
  /** Of the object, where there is one: others may share its labels. */
  uid: string
  /** Label selector of its pods. */
  selector: string
  /** Pods that were ready before. */
  ready: number
  readyWithinMs: number
  /** Names to uids of the pods that were to be deleted: none of them may still be ending. */
  victims: Record<string, string>
}

const pollMs = 1_000
const mostTroubles = 5

/** What is wrong with a pod, in words; undefined when nothing is. */
const troubleOf = ({name, waiting, phase, node, ready, deleting}: Pod): string | undefined => {
  if (deleting) return `${name} is still Terminating (a process that does not end, or a finalizer)`
  if (ready || phase === 'Succeeded') return undefined
  if (waiting !== undefined) return `${name} waits: ${waiting}`
  if (phase === 'Pending' && node === undefined) return `${name} is on no node: unschedulable`
  return `${name} is ${phase === 'Running' ? 'running, but not ready' : phase}`
}

/** The troubles of pods, in one line. */
export const troublesOf = (pods: readonly Pod[]): string => {
  const all = pods.map(troubleOf).filter((one) => one !== undefined)
  const more = all.length > mostTroubles ? `; and ${all.length - mostTroubles} more` : ''
  return all.slice(0, mostTroubles).join('; ') + more
}

/** What is missing until the workload is as it was; undefined when nothing is. Somebody may have scaled it down. */
export const missingOf = (
  {ref, ready, victims}: Pick<ReadyAgain, 'ref' | 'ready' | 'victims'>,
  pods: readonly Pod[],
  desired = Number.POSITIVE_INFINITY,
): string | undefined => {
  const uids = new Set(Object.values(victims))
  const now = pods.filter((pod) => pod.ready && !pod.deleting).length
  const wanted = Math.min(ready, desired)
  const ending = pods.filter(({uid, deleting}) => deleting && uids.has(uid))
  if (now >= wanted && ending.length === 0) return undefined
  const count = `${refInWords(ref)} has ${now} of ${wanted} ready pods`
  const why = troublesOf(now < wanted ? pods : ending)
  return why === '' ? count : `${count}: ${why}`
}

const look = async (asked: ReadyAgain, {cluster, note}: World): Promise<string | undefined> => {
  const state = await cluster().workload(asked.ref)
  if (!state) {
    note?.(`${refInWords(asked.ref)} is gone: nothing to wait for`)
    return undefined
  }
  const pods = await podsNowOf({...asked, uid: state.uid}, {cluster})
  return missingOf(asked, pods, state.desired)
}

/**
 * Waits until as many pods are ready as before and the deleted ones are gone: what "undo" of a deletion is. Throws
 * EnvironmentError, with what is missing and why, when that takes longer than it may. An API server that is away for a
 * while is waited for as well.
 */
export const untilReadyAgain = async (asked: ReadyAgain, world: World): Promise<void> => {
  const {clock, signal} = world
  const beganMs = clock.now()
  for (;;) {
    const missing = await look(asked, world).catch((cause: unknown) => {
      if (cause instanceof EnvironmentError) return cause.message
      throw cause
    })
    if (missing === undefined) return
    const tookMs = clock.now() - beganMs
    if (signal.aborted || tookMs >= asked.readyWithinMs)
      throw new EnvironmentError(
        `Not as before after ${formatDuration(Math.round(tookMs / 1000) * 1000)}: ${missing}`,
      )
    // When it is told to stop, it says what is missing rather than that it was stopped.
    await clock.sleep(pollMs, signal).catch(() => {})
  }
}

/** What a person types to see why pods do not get ready. */
export const readyRemedy = ({selector}: ReadyAgain, kubectl: string): string =>
  `${kubectl} describe pods${selector === '' ? '' : ` -l '${selector}'`} says why; when they are ready: shakedown restore`
