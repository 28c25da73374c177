import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError, messageOf} from '../../errors.js'
import {kubectlFor} from '../../faults/cluster/by-hand.js'
import {type Made, removeMade, removeRemedy} from '../../faults/network/made-objects.js'
import {type Cordon, uncordon, uncordonRemedy} from '../../faults/nodes/cordon.js'
import {isScalable, type Scaling, scaleBack, scaleRemedy} from '../../faults/pods/scaling.js'
import type {Target} from '../../scenarios/target.js'
import {systemClock} from '../../system/clock.js'
import {runLabelKey} from '../../system/run-label.js'
import {openWorld} from '../open-world.js'
import {undoLimitMs, undoWithin} from './undo-limit.js'
import type {Residual} from './undo-stack.js'

/** Something in a cluster that bears the name of a run of which no journal here tells. */
export type ClusterOrphan =
  | {kind: 'Node'; name: string; uid: string; run: string}
  | {kind: string; apiVersion: string; name: string; run: string}
  | {kind: Scaling['kind']; scaling: Scaling; name: string; run: string}

/** "cordoned node n1", "NetworkPolicy cut", "deployment web scaled from 3 to 1". */
export const orphanInWords = (orphan: ClusterOrphan): string => {
  if ('uid' in orphan) return `cordoned node ${orphan.name}`
  if (!('scaling' in orphan)) return `${orphan.kind} ${orphan.name}`
  const {scaling} = orphan
  return `${scaling.kind.toLowerCase()} ${scaling.name} scaled from ${scaling.was} to ${scaling.to}`
}

/** What runs make in a namespace. */
const kinds = [
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['batch/v1', 'Job'],
  ['v1', 'Pod'],
  ['v1', 'ConfigMap'],
] as const

/** What this account may not list, it cannot have made either: it is told, and left. */
const listed = async <T>(list: () => Promise<T[]>, note: (message: string) => void): Promise<T[]> => {
  try {
    return await list()
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause
    note(`not looked at: ${cause.message}`)
    return []
  }
}

/** A pod of a Job goes with it. */
const ownedByOther = (metadata: {[key: string]: unknown}): boolean =>
  Array.isArray(metadata['ownerReferences']) && metadata['ownerReferences'].length > 0

/** The target's workloads that such a run set the replicas of, and nobody since. */
const findScaled = async (
  {workloads}: Target,
  cluster: Cluster,
  note: (message: string) => void,
): Promise<ClusterOrphan[]> => {
  const refs = Object.values(workloads).flatMap(({object}) => (object && isScalable(object) ? [object] : []))
  const looked = refs.map(async (ref): Promise<ClusterOrphan[]> => {
    const [state] = await listed(async () => [await cluster.workload(ref)], note)
    if (state?.scaledBy === undefined || state.desired === undefined) return []
    const {run, was} = state.scaledBy
    return [{kind: ref.kind, name: ref.name, run, scaling: {...ref, uid: state.uid, was, to: state.desired}}]
  })
  return (await Promise.all(looked)).flat()
}

/**
 * Lists what bears the name of a run other than those `known` (as labels): objects of the namespace, nodes, and the target's
 * workloads.
 */
export const findClusterOrphans = async (
  target: Target,
  cluster: Cluster,
  known: ReadonlySet<string>,
  note: (message: string) => void,
): Promise<ClusterOrphan[]> => {
  const found: ClusterOrphan[] = []
  for (const [apiVersion, kind] of kinds) {
    const objects = await listed(() => cluster.objects.list(apiVersion, kind, runLabelKey), note)
    for (const {metadata} of objects) {
      const run = metadata.labels?.[runLabelKey] ?? ''
      if (!known.has(run) && !ownedByOther(metadata)) found.push({apiVersion, kind, name: metadata.name, run})
    }
  }
  for (const {name, uid, labels} of await listed(() => cluster.nodes(), note)) {
    const run = labels[runLabelKey]
    if (run !== undefined && !known.has(run)) found.push({kind: 'Node', name, uid, run})
  }
  found.push(...(await findScaled(target, cluster, note)).filter(({run}) => !known.has(run)))
  return found
}

const scaleOrphanBack = async (
  scaling: Scaling,
  run: string,
  target: Target,
  note: (message: string) => void,
): Promise<Residual[]> => {
  const world = {...openWorld(target, run, systemClock, new AbortController().signal), note}
  try {
    await undoWithin(undoLimitMs, (signal) => scaleBack(scaling, {...world, signal}))
    return []
  } catch (cause) {
    const remedy = scaleRemedy(scaling, kubectlFor(target))
    return [{fault: scaling.name, message: messageOf(cause), remedy}]
  }
}

/** Takes an orphan back as its own run would have, and reads back that it is gone; resolves to what is left of it. */
export const removeClusterOrphan = async (
  orphan: ClusterOrphan,
  target: Target,
  note: (message: string) => void,
): Promise<Residual[]> => {
  const {name, run} = orphan
  if ('scaling' in orphan) return await scaleOrphanBack(orphan.scaling, run, target, note)
  const world = {...openWorld(target, run, systemClock, new AbortController().signal), note}
  const cordoned: Cordon = {nodes: 'uid' in orphan ? {[name]: orphan.uid} : {}, before: [], run}
  const made: Made[] =
    'apiVersion' in orphan ? [{apiVersion: orphan.apiVersion, kind: orphan.kind, name}] : []
  try {
    await undoWithin(undoLimitMs, async (signal) => {
      if ('uid' in orphan) await uncordon(cordoned, {...world, signal})
      else await removeMade(made, run, {...world, signal})
    })
    return []
  } catch (cause) {
    const remedy = 'uid' in orphan ? uncordonRemedy(cordoned, target) : removeRemedy(made, target)
    return [{fault: name, message: messageOf(cause), remedy}]
  }
}
