import type {Target} from '../scenarios/target.js'

/** A target without what a plan alone needs of its cluster: all pods and nodes, of which there may be thousands. */
export const leanTarget = (target: Target): Target => {
  if (target.kubernetes === undefined) return target
  const {pods: _, nodes: __, ...kubernetes} = target.kubernetes
  return {...target, kubernetes}
}
