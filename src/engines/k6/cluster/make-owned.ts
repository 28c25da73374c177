import type {Cluster, KubernetesObject} from '../../../clients/kubernetes/cluster.js'

/** Makes what pods belong to, and before it what they read, which goes when it does. */
export const makeOwned = async (
  {objects}: Pick<Cluster, 'objects'>,
  owner: KubernetesObject,
  owned: readonly KubernetesObject[],
): Promise<void> => {
  for (const one of owned) await objects.create(one)
  const made = await objects.create(owner)
  const {apiVersion, kind, metadata} = owner
  const reference = {apiVersion, kind, name: metadata.name, uid: made.metadata.uid ?? ''}
  for (const one of owned)
    await objects.patch('v1', one.kind, one.metadata.name, {metadata: {ownerReferences: [reference]}})
}
