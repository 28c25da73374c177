import {describe, expect, it} from 'vitest'
import type {Cluster} from '../../../src/clients/kubernetes/cluster.js'
import type {Pod} from '../../../src/scenarios/kubernetes.js'
import type {Target} from '../../../src/scenarios/target.js'
import {boardOf} from '../../../src/targets/kubernetes/pod-board.js'

const pod = (name: string, more: Partial<Pod> = {}): Pod => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  labels: {},
  annotations: {},
  phase: 'Running',
  ready: true,
  deleting: false,
  restarts: 0,
  createdMs: 0,
  ...more,
})

const target: Target = {
  name: 'shop',
  endpoints: {},
  edges: {},
  workloads: {web: {replicas: [], object: {kind: 'selector', selector: 'app=web'}}},
  metrics: {kind: 'none'} as unknown as Target['metrics'], // Nobody reads them here.
  data: {},
}

/** A cluster whose first look at the pods takes `listMs`; then the watch is as quiet as they are. */
const clusterOf = (pods: Pod[], listMs: number) => {
  let looks = 0
  const watchPods: Cluster['watchPods'] = async (_selector, onPods, signal) => {
    looks += 1
    const timer = setTimeout(() => onPods(pods), listMs)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
    clearTimeout(timer)
  }
  const workload: Cluster['workload'] = async (ref) => ({
    ref,
    uid: '',
    resourceVersion: '',
    selector: 'app=web',
  })
  // Only what the board asks.
  return {cluster: {where: 'here', watchPods, workload} as unknown as Cluster, looks: () => looks}
}

describe('a board of pods', () => {
  it('waits for an API server that takes longer than nobody looks', async () => {
    const {cluster, looks} = clusterOf([pod('web-1')], 3_000)
    const {replicas} = boardOf(target, cluster)
    const both = await Promise.all([replicas(), replicas()])
    expect(both.map((all) => all.map(({name}) => name))).toEqual([['web-1'], ['web-1']])
    expect(looks()).toBe(1)
  })

  it('has addresses of both families', async () => {
    const {cluster} = clusterOf([pod('a', {ip: '10.0.0.7'}), pod('b', {ip: 'fd00::7'})], 0)
    const urls = (await boardOf(target, cluster).replicas()).map(({url}) => url)
    expect(urls).toEqual(['http://10.0.0.7', 'http://[fd00::7]'])
  })
})
