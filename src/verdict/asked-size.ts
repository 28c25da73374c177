import type {Plan} from '../plan/plan.js'

/**
 * How many replicas of a workload the run itself asked for, by the switch `<workload>.replicas`, with which a deployment in a
 * cluster scales; undefined when it asked for none.
 */
export const askedSize = ({switches}: Pick<Plan, 'switches'>, workload: string): number | undefined => {
  const asked = switches[`${workload}.replicas`]
  return typeof asked === 'number' ? asked : undefined
}
