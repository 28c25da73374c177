import type {Cluster, KubernetesObject} from '../../../clients/kubernetes/cluster.js'

/**
 * Makes what pods belong to, and before it what they read, which goes when it does. Secrets come after it, with its name
 * in them from the start: so they need not be changed, and who may change a secret may read it. Pods wait for them.
 */
export const makeOwned = async (
  {objects}: Pick<Cluster, 'objects'>,
  owner: KubernetesObject,
  owned: readonly KubernetesObject[],
  secrets: readonly KubernetesObject[] = [],
): Promise<void> => {
  for (const one of owned) await objects.create(one)
  const made = await objects.create(owner)
  const {apiVersion, kind, metadata} = owner
  const ownerReferences = [{apiVersion, kind, name: metadata.name, uid: made.metadata.uid ?? ''}]
  for (const one of secrets) await objects.create({...one, metadata: {...one.metadata, ownerReferences}})
  for (const one of owned)
    await objects.patch('v1', one.kind, one.metadata.name, {metadata: {ownerReferences}})
}
