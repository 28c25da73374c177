import {describe, expect, it} from 'vitest'
import {EnvironmentError} from '../../../src/errors.js'
import type {World} from '../../../src/faults/fault.js'
import type {Json} from '../../../src/system/json.js'
import {runLabelKey} from '../../../src/system/run-label.js'
import {aimedFault} from '../../fakes/aimed-fault.js'
import {clusterTarget, deploymentOf, podsOf} from '../../fakes/cluster-target.js'
import {clusterWorld, deployed, fakeCluster, openNode} from '../../fakes/fake-cluster.js'

const onNode = (app: string, count: number, node: string) => podsOf(app, count, {node})

/** Two nodes; web has a pod on each, api runs aside on the second. */
const begun = (fault: string, asked: Json, more: Partial<World> = {}) => {
  const web = [...onNode('web', 2, 'node-1'), ...podsOf('web', 4, {node: 'node-2'}).slice(2)]
  const api = onNode('api', 1, 'node-2')
  const target = clusterTarget({web: deploymentOf('web', web), api: deploymentOf('api', api)})
  const {held, cluster} = fakeCluster({
    pods: [...web, ...api],
    workloads: [deployed('web', 4), deployed('api', 1)],
    nodes: ['node-1', 'node-2'].map(openNode),
  })
  const world = clusterWorld(cluster, target, more)
  const isCordoned = () => held.nodes.find(({name}) => name === 'node-1')?.unschedulable === true
  return {held, cluster, world, one: aimedFault(fault, asked, target, world), isCordoned}
}

const cordonByHand = ({held}: {held: ReturnType<typeof fakeCluster>['held']}, labels = {}): void => {
  held.nodes = held.nodes.map((node) =>
    node.name === 'node-1' ? {...node, unschedulable: true, labels} : node,
  )
}

describe('a node', () => {
  it('that somebody else cordons between the look and the change stays as that one wants it', async () => {
    const stage = begun('node-cordon', {node: 'node-1'})
    const inverse = await stage.one.prepare()
    cordonByHand(stage)
    await expect(stage.one.inject(inverse)).rejects.toThrow('Somebody else cordoned node node-1 just now')
    await stage.one.undo(inverse)
    expect(stage.isCordoned()).toBe(true)
  })

  it('that another run takes between the look and the change is left to it', async () => {
    const stage = begun('node-cordon', {node: 'node-1'})
    const inverse = await stage.one.prepare()
    cordonByHand(stage, {[runLabelKey]: 'another'})
    await expect(stage.one.inject(inverse)).rejects.toThrow('Node node-1 is cordoned by run another')
    expect(stage.held.nodes[0]?.labels).toEqual({[runLabelKey]: 'another'})
  })

  it('that changes at the same moment is looked at anew', async () => {
    const {cluster, one, isCordoned} = begun('node-cordon', {node: 'node-1'})
    const {patch} = cluster.objects
    let conflicts = 2
    cluster.objects.patch = async (...args) => {
      if (conflicts-- > 0) throw new EnvironmentError('the object has been modified', {cause: 'conflict'})
      return await patch(...args)
    }
    await one.inject(await one.prepare())
    expect(isCordoned()).toBe(true)
  })

  it('that goes away while it is given back keeps nobody waiting', async () => {
    const {cluster, held, one} = begun('node-cordon', {node: 'node-1'})
    const inverse = await one.prepare()
    await one.inject(inverse)
    cluster.objects.patch = async () => {
      held.nodes = held.nodes.filter(({name}) => name !== 'node-1')
      throw new EnvironmentError('nodes "node-1" not found')
    }
    await expect(one.undo(inverse)).resolves.toBeUndefined()
  })

  it('is looked for from the first answer on: a call that was on its way lands after the API server is back', async () => {
    const {cluster, world, held, one, isCordoned} = begun('node-cordon', {node: 'node-1'})
    const inverse = await one.prepare()
    const nodes = cluster.nodes
    const backMs = world.clock.now() + 5_000
    let landed = false
    cluster.nodes = async () => {
      const now = world.clock.now()
      if (now < backMs) throw new EnvironmentError('the API server refuses connections')
      if (now >= backMs + 600 && !landed) {
        landed = true
        cordonByHand({held}, {[runLabelKey]: 'run-1'})
      }
      return await nodes()
    }
    await one.undo(inverse)
    expect([landed, isCordoned()]).toEqual([true, false])
  })

  it('is not the last that takes pods when the fault begins, whatever the plan saw', async () => {
    const {held, one} = begun('node-cordon', {node: 'node-1'})
    held.nodes = held.nodes.map((node) => ({...node, ready: node.name === 'node-1'}))
    await expect(one.prepare()).rejects.toThrow('Without node-1 no node of the cluster takes pods')
  })

  it('is given back in the right cluster, whatever the context of the shell', async () => {
    const {one} = begun('node-cordon', {node: 'node-1'})
    expect(one.remedy(await one.prepare())).toBe(
      'kubectl --context kind-shop -n shop uncordon node-1 && kubectl --context kind-shop -n shop label node node-1 shakedown/run-',
    )
  })
})

describe('a drain', () => {
  it('is refused before anything is touched when it takes too much by now, also where nobody counts', async () => {
    const {held, one} = begun('node-drain', {node: 'node-1'})
    held.pods = held.pods.filter(({node}) => node === 'node-1')
    await expect(one.prepare()).rejects.toThrow('it would take all 2 ready pods of workload web')
    expect(held.log).toEqual([])
  })

  it('evicts what was counted, and waits for the workloads that lost pods alone', async () => {
    const {held, one, isCordoned} = begun('node-drain', {node: 'node-1'})
    const inverse = await one.prepare()
    expect(inverse).toMatchObject({ready: {web: 4}})
    // One that came since, and one of another workload that fails for a reason of its own.
    const late = podsOf('web', 5, {node: 'node-1'}).slice(4)
    held.pods = [...held.pods.map((pod) => ({...pod, ready: pod.labels['app'] === 'web'})), ...late]
    await one.inject(inverse)
    expect(held.log).toEqual(['cordon node-1', 'evict web-1', 'evict web-2'])
    held.pods = held.pods.map((pod) => ({...pod, deleting: false}))
    await one.undo(inverse)
    expect(isCordoned()).toBe(false)
  })
})
