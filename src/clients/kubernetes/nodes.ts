import {z} from 'zod'
import type {Api} from './api.js'
import type {Cluster, ClusterNode} from './cluster.js'
import {readList} from './read-pod.js'

const node = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({unschedulable: z.boolean().default(false)}).prefault({}),
  status: z
    .object({conditions: z.array(z.object({type: z.string(), status: z.string()})).default([])})
    .prefault({}),
})

const readNode = (value: unknown): ClusterNode => {
  const {metadata, spec, status} = node.parse(value)
  const ready = status.conditions.some(({type, status: is}) => type === 'Ready' && is === 'True')
  return {...metadata, ready, unschedulable: spec.unschedulable}
}

/** Nodes of the cluster, and whether new pods may go to them. */
export const nodeCalls = (api: Api): Pick<Cluster, 'nodes' | 'setUnschedulable'> => ({
  nodes: async () => {
    const answer = await api.ask({method: 'GET', path: '/api/v1/nodes', asked: 'list the nodes'})
    return readList(answer).items.map(readNode)
  },

  setUnschedulable: async (name, unschedulable) => {
    await api.ask({
      method: 'PATCH',
      path: `/api/v1/nodes/${encodeURIComponent(name)}`,
      type: 'application/merge-patch+json',
      // As kubectl uncordon: the field goes, it is not set to false.
      body: {spec: {unschedulable: unschedulable ? true : null}},
      asked: `${unschedulable ? 'cordon' : 'uncordon'} node ${name}`,
      again: true,
    })
  },
})
