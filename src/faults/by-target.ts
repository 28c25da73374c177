import type {Json} from '../system/json.js'
import type {Fault} from './fault.js'
import type {PodsVerbs} from './pods/pods-fault.js'
import type {PodsInverse} from './pods/pods-inverse.js'

/** What every undo gets. */
const usualLimitMs = 30_000

const isPods = <Inverse extends Json>(inverse: Inverse | PodsInverse): inverse is PodsInverse =>
  typeof inverse === 'object' && inverse !== null && 'readyWithinMs' in inverse

/**
 * One fault by one name where processes are reached by their supervisor, and where they are pods of a cluster: a scenario
 * runs on both. Which of the two, the target says, and the journal's target says it to whoever undoes.
 */
export const byTarget = <Options, Inverse extends Json>(
  local: Fault<Options, Inverse>,
  pods: PodsVerbs<Options>,
): Fault<Options, Inverse | PodsInverse> => ({
  ...local,
  aim: (options, target, random, lastsMs) =>
    (target.kubernetes ? pods : local).aim(options, target, random, lastsMs),
  rights: (options, target) => (target.kubernetes ? pods.rights(options, target) : []),
  // What one of the two prepared, only the same one gets: both look at the same target.
  prepare: (fault, world) => (world.target.kubernetes ? pods : local).prepare(fault, world),
  inject: (fault, inverse, world) =>
    world.target.kubernetes
      ? pods.inject(fault, inverse as PodsInverse, world)
      : local.inject(fault, inverse as Inverse, world),
  observe: (fault, inverse, world, moment) =>
    world.target.kubernetes
      ? pods.observe(fault, inverse as PodsInverse, world, moment)
      : local.observe(fault, inverse as Inverse, world, moment),
  release: async (inverse, world) => {
    if (world.target.kubernetes) await pods.release(inverse as PodsInverse, world)
    else await local.release?.(inverse as Inverse, world)
  },
  undo: (inverse, world) =>
    world.target.kubernetes
      ? pods.undo(inverse as PodsInverse, world)
      : local.undo(inverse as Inverse, world),
  undoLimitMs: (inverse) =>
    isPods(inverse) ? pods.undoLimitMs(inverse) : (local.undoLimitMs?.(inverse) ?? usualLimitMs),
  remedy: (inverse, target) =>
    target.kubernetes
      ? pods.remedy(inverse as PodsInverse, target)
      : local.remedy(inverse as Inverse, target),
})
