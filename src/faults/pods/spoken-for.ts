import type {Pod} from '../../scenarios/kubernetes.js'
import type {World} from '../fault.js'

/**
 * Does it when all earlier work of this kind is over: what one fault was granted, the next one must see, also when both
 * begin at the same moment.
 */
export const oneAtATime = async <T>({inTurn}: World, work: () => Promise<T>): Promise<T> => {
  const results: T[] = []
  const doIt = async (): Promise<void> => void results.push(await work())
  await (inTurn ? inTurn('pods that faults take', doIt) : doIt())
  const [result] = results
  // There is one when it did not throw.
  return result as T
}

/** The pods as this fault may see them: those that another one is about to take are as good as ending. */
export const withoutSpokenFor = (pods: readonly Pod[], fault: string, {blastRadius}: World): Pod[] => {
  const taken = blastRadius?.takenByOthers?.(fault) ?? new Set()
  return pods.map((pod) => (taken.has(pod.uid) ? {...pod, deleting: true} : pod))
}
