import {describe, expect, it} from 'vitest'
import nodeCordon from '../../../src/faults/node-cordon.js'
import nodeDrain from '../../../src/faults/node-drain.js'
import type {KubernetesNode} from '../../../src/scenarios/kubernetes.js'
import type {Target} from '../../../src/scenarios/target.js'
import {seededRandom} from '../../../src/system/random.js'
import {clusterTarget, deploymentOf, podOf, podsOf} from '../../fakes/cluster-target.js'

const node = (name: string, changes: Partial<KubernetesNode> = {}): KubernetesNode => ({
  name,
  labels: {},
  ready: true,
  unschedulable: false,
  ...changes,
})

const spot = {labels: {pool: 'spot'}}
const nodes = [
  node('n1', spot),
  node('n2', spot),
  node('n3'),
  node('n4', {unschedulable: true, ...spot}),
  node('n5', {ready: false, ...spot}),
]

const web = [podOf('web-1', {node: 'n1'}), podOf('web-2', {node: 'n3'})]

const targetWith = (known: KubernetesNode[] | undefined, pods = web): Target => {
  const target = clusterTarget({
    web: deploymentOf('web', pods),
    api: deploymentOf('api', podsOf('api', 1, {node: 'n2'})),
  })
  const {nodes: _none, ...kubernetes} = target.kubernetes ?? {namespace: 'shop'}
  return {...target, kubernetes: known ? {...kubernetes, nodes: known} : kubernetes}
}

const picks = (asked: object, target = targetWith(nodes)): string[] => {
  const options = nodeCordon.options.parse(asked)
  const all = Array.from(
    {length: 40},
    (_, seed) => nodeCordon.aim(options, target, seededRandom(seed)).nodes?.join('+') ?? '',
  )
  return [...new Set(all)].sort()
}

describe('nodes', () => {
  it.each([
    ['those on which pods of the target run, when nothing is said', {}, ['n1', 'n2', 'n3']],
    ['those on which pods of a workload run', {workload: 'web'}, ['n1', 'n3']],
    ['those with a label that are ready and take pods', {label: 'pool=spot'}, ['n1', 'n2']],
    ['those with both', {label: 'pool', workload: 'web'}, ['n1']],
    ['the very one that is named', {node: 'n3'}, ['n3']],
    ['as many as asked', {label: 'pool=spot', count: 2}, ['n1+n2']],
  ])('are picked by the seed among %s', (_, asked, expected) => {
    expect(picks(asked)).toEqual(expected)
  })

  it.each([
    [{node: 'n9'}, /no node "n9"/],
    [{label: 'pool=spot', count: 3}, /2 ready nodes with label pool=spot take pods now, not 3/],
    [{workload: 'wep'}, /no workload "wep".*web/],
  ])('are refused for %j', (asked, message) => {
    expect(() => picks(asked)).toThrow(message)
  })

  it('are not guessed when the account may not list them', () => {
    expect(() => picks({}, targetWith(undefined))).toThrow(/not known/)
  })

  it('are never the last one that takes pods, unless that is meant', () => {
    const alone = targetWith([node('n1'), node('n2', {unschedulable: true})])
    expect(() => picks({node: 'n1'}, alone)).toThrow('Without n1 no node of the cluster takes pods')
    expect(picks({node: 'n1', 'without-room': true}, alone)).toEqual(['n1'])
  })

  it.each([[{node: 'n1', count: 2}], [{node: 'n1', label: 'a=b'}], [{label: 'a b'}], [{count: 0}]])(
    'cannot be asked for by %j',
    (asked) => {
      expect(nodeCordon.options.safeParse(asked).success).toBe(false)
    },
  )
})

describe('a drain', () => {
  const drain = (pods = web, asked: object = {node: 'n1'}) =>
    nodeDrain.aim(nodeDrain.options.parse(asked), targetWith(nodes, pods), seededRandom(1))

  it('names the pods that go, and what that takes from each workload', () => {
    expect(drain()).toMatchObject({
      nodes: ['n1'],
      replicas: ['web-1'],
      pods: 1,
      takes: [{of: 'workload web', pods: 2, ready: 2, taken: 1, takenReady: 1}],
      workloads: ['web'],
    })
  })

  it.each([
    ["a DaemonSet's", {controller: {kind: 'DaemonSet', name: 'd', uid: 'd'}}],
    ['a static one', {annotations: {'kubernetes.io/config.mirror': 'x'}}],
    ['one that is over', {phase: 'Succeeded' as const}],
    ['one that ends already', {deleting: true}],
  ])('leaves %s', (_, changes) => {
    const pods = [...web, podOf('more', {node: 'n1', ...changes})]
    expect(drain(pods).replicas).toEqual(['web-1'])
  })

  it('refuses a pod that nobody would replace, one that is protected, and a node with nothing on it', () => {
    const {controller: _none, ...alone} = podOf('alone', {node: 'n1'})
    expect(() => drain([...web, alone])).toThrow(/alone has no controller/)
    const kept = podOf('kept', {node: 'n1', annotations: {'shakedown/protect': 'true'}})
    expect(() => drain([...web, kept])).toThrow(/kept on n1 is protected/)
    expect(() => drain([podOf('web-2', {node: 'n3'})])).toThrow(/nothing to drain/)
  })
})
