import {z} from 'zod'
import {EnvironmentError, UserError} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import {orKnown} from '../../scenarios/suggest.js'
import type {Target} from '../../scenarios/target.js'
import type {World} from '../fault.js'
import {refuseProtected, refuseProtectedPods} from '../pods/guards.js'
import {type Clause, clausesOf} from './selector.js'

/** A workload as one side of a connection: its pods now, and what selects them. */
export interface Side {
  selector: Clause[]
  pods: Pod[]
  /** Of the pods that have one. */
  addresses: string[]
}

/** Throws UserError when the target has no such workload in its cluster, or no pod of it. */
export const checkSide = (name: string, {name: targetName, kubernetes, workloads}: Target): void => {
  if (!kubernetes) {
    throw new UserError(`Target ${targetName} is in no cluster, so no NetworkPolicy can cut anything there`, {
      hint: 'Outside a cluster, edges are cut by `down` or `timeout` at their proxies.',
    })
  }
  const workload = workloads[name]
  if (!workload?.object) {
    const known = Object.keys(workloads)
    throw new UserError(
      `Target ${targetName} has no workload "${name}" in its cluster${orKnown(name, known)}`,
    )
  }
  if (workload.pods?.length === 0) {
    throw new UserError(`Workload ${name} has no pods: there is nothing to cut`)
  }
}

/** The workload as it is now; throws EnvironmentError when it has no pods. */
export const sideOf = async (name: string, {target, cluster}: World): Promise<Side> => {
  const ref = target.workloads[name]?.object
  const state = ref && (await cluster().workload(ref))
  const pods = state ? (await cluster().pods(state.selector)).filter(({deleting}) => !deleting) : []
  if (!state || pods.length === 0)
    throw new EnvironmentError(`Workload ${name} has no pods: there is nothing to cut`)
  return {
    selector: clausesOf(state.selector),
    pods,
    addresses: pods.flatMap(({ip}) => (ip === undefined ? [] : [ip])),
  }
}

const declared = z.object({
  spec: z.object({
    containers: z.array(
      z.object({
        ports: z
          .array(z.object({containerPort: z.number(), protocol: z.string().default('TCP')}))
          .default([]),
      }),
    ),
  }),
})

/** Throws UserError when a workload, one of its pods, or the namespace opts out: neither end of a cut can do its work. */
export const refuseProtectedSide = async (name: string, {pods}: Side, world: World): Promise<void> => {
  refuseProtectedPods(pods)
  const ref = world.target.workloads[name]?.object
  if (ref) await refuseProtected(ref, pods, world)
}

/** The first TCP port that a container of the pod declares. */
export const declaredPort = async ({name}: Pod, {cluster}: World): Promise<number | undefined> => {
  const found = declared.safeParse(await cluster().objects.read('v1', 'Pod', name))
  if (!found.success) return undefined
  const ports = found.data.spec.containers.flatMap((container) => container.ports)
  return ports.find(({protocol}) => protocol === 'TCP')?.containerPort
}
