import type {Cluster} from '../../../clients/kubernetes/cluster.js'
import {connectCluster} from '../../../clients/kubernetes/connect.js'
import type {KubernetesAt} from '../../../scenarios/target.js'
import type {Json} from '../../../system/json.js'

/** What one load has made in a cluster: data, so that another process can remove it after we are gone. */
export interface LoadRemains {
  /** By names that mean it in any shell. */
  at: KubernetesAt
  objects: {apiVersion: string; kind: string; name: string}[]
}

/** Removes what was made; pods go with what they belong to. Works twice. */
export const removeFrom = async (
  {objects}: Pick<Cluster, 'objects'>,
  made: LoadRemains['objects'],
): Promise<void> => {
  const ends = await Promise.allSettled(
    made.map(({apiVersion, kind, name}) => objects.remove(apiVersion, kind, name)),
  )
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** As data for the journal. */
export const remainsOf = (
  {kubeconfig, context, namespace, server}: KubernetesAt,
  objects: LoadRemains['objects'],
): Json => ({
  at: {
    namespace,
    ...(kubeconfig !== undefined && {kubeconfig}),
    ...(context !== undefined && {context}),
    // Where the context leads elsewhere by then, nothing would be found there, and the load go on here.
    ...(server !== undefined && {server}),
  },
  objects: objects.map((one) => ({...one})),
})

// Written by us into the journal, in this shape.
const asRemains = (json: Json): LoadRemains => json as unknown as LoadRemains

/** Removes what a journal says that a load has made. Throws EnvironmentError when the cluster cannot be asked. */
export const removeRemains = async (json: Json, signal: AbortSignal): Promise<void> => {
  const {at, objects} = asRemains(json)
  await removeFrom(await connectCluster(at, signal), objects)
}

/** What a person would type to remove them. */
export const remedyOfRemains = (json: Json): string => {
  const {at, objects} = asRemains(json)
  const where = at.context === undefined ? '' : ` --context ${at.context}`
  const names = objects.map(({kind, name}) => `${kind.toLowerCase()}/${name}`).join(' ')
  return `kubectl${where} --namespace ${at.namespace} delete ${names} --ignore-not-found`
}
