import {describe, expect, it} from 'vitest'
import type {Cluster, KubernetesObject} from '../../../src/clients/kubernetes/cluster.js'
import {systemClock} from '../../../src/system/clock.js'
import {untilReady} from '../../../src/targets/kubernetes-reference/until-ready.js'

const ready: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: 'edge', generation: 1},
  spec: {replicas: 1},
  status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1},
}

/** Lists these deployments, and nothing else. Only what is asked of it is there. */
const clusterWith = (deployments: KubernetesObject[]): Cluster =>
  ({
    namespace: 'shop',
    where: 'here',
    objects: {list: async (_group: string, kind: string) => (kind === 'Deployment' ? deployments : [])},
  }) as unknown as Cluster

const wait = (deployments: KubernetesObject[]): Promise<void> =>
  untilReady(clusterWith(deployments), 2, 0, systemClock, new AbortController().signal)

describe('a deployment is ready', () => {
  it('when all that was made is', async () => {
    await expect(wait([ready, ready])).resolves.toBeUndefined()
  })

  it.each([
    ['nothing of it', [], 2],
    ['a part of it', [ready], 1],
  ])('not when only %s is there', async (_what, there, missing) => {
    await expect(wait(there)).rejects.toThrow(`${missing} of its workloads are not ready`)
  })
})
