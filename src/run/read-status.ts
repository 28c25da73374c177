import type {Switches} from '../scenarios/scenario.js'
import type {Target} from '../scenarios/target.js'
import {connectWorkloads} from '../targets/local.js'
import {findReference} from '../targets/reference.js'
import type {Replica} from '../targets/workloads.js'

/** The reference deployment as it is now. */
export type Status =
  | {running: false}
  | {running: true; target: Target; replicas: Replica[]; switches: Switches}

/** Asks the reference deployment that is up, if there is one. */
export const readStatus = async (): Promise<Status> => {
  const target = await findReference()
  if (!target?.control) return {running: false}
  const workloads = connectWorkloads(target.control.url)
  const [replicas, switches] = await Promise.all([workloads.replicas(), workloads.switches()])
  return {running: true, target, replicas, switches}
}
