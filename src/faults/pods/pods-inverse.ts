import type {Target} from '../../scenarios/target.js'
import {kubectlFor} from '../cluster/by-hand.js'
import type {World} from '../fault.js'
import {type ReadyAgain, readyRemedy, untilReadyAgain} from './ready-again.js'
import {type Scaling, scaleBack, scaleRemedy} from './scaling.js'

/** What undo of a deletion needs; data, for the journal. */
export type PodsInverse = ReadyAgain & {
  /** Restarts of the pods that stay, when it began. */
  restarts: number
  /** The workload is scaled so much lower meanwhile. */
  held: Scaling | null
}

/** Scales back what was held down. */
export const releasePods = async ({held}: PodsInverse, world: World): Promise<void> => {
  if (held) await scaleBack(held, world)
}

/** Scales back what was held down, and waits until all is ready again. */
export const undoPods = async (inverse: PodsInverse, world: World): Promise<void> => {
  await releasePods(inverse, world)
  await untilReadyAgain(inverse, world)
}

/** Beyond what pods may take: to scale back, and for an API server that is away at the end. */
const spareMs = 15_000

/** Longest that undo may take. */
export const podsUndoLimitMs = ({readyWithinMs}: ReadyAgain): number => readyWithinMs + spareMs

/** What a person types. */
export const podsRemedy = (inverse: PodsInverse, target: Target): string => {
  const kubectl = kubectlFor(target)
  const steps = inverse.held ? [scaleRemedy(inverse.held, kubectl)] : []
  return [...steps, readyRemedy(inverse, kubectl)].join('; ')
}
