import {describe, expect, it} from 'vitest'
import type {KubernetesObject} from '../../../src/clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../../src/errors.js'
import type {Pod} from '../../../src/scenarios/kubernetes.js'
import type {Workload} from '../../../src/scenarios/target.js'
import type {Json} from '../../../src/system/json.js'
import {aimedFault} from '../../fakes/aimed-fault.js'
import {clusterTarget, deploymentOf, podOf, podsOf} from '../../fakes/cluster-target.js'
import {clusterWorld, deployed, fakeCluster, type Held, openNode} from '../../fakes/fake-cluster.js'

const protection = {'shakedown/protect': 'true'}

/** A fault that was planned with these workloads, and the cluster as it is when it begins. */
const begun = (
  [name, asked]: [string, Json],
  workloads: Record<string, Workload>,
  now: Partial<Held>,
  change: (cluster: ReturnType<typeof fakeCluster>['cluster']) => void = () => {},
) => {
  const {held, cluster} = fakeCluster({nodes: ['node-1', 'node-2'].map(openNode), ...now})
  change(cluster)
  const target = clusterTarget(workloads)
  return {held, one: aimedFault(name, asked, target, clusterWorld(cluster, target))}
}

const cache = (pods: Pod[]): Workload => ({
  replicas: [],
  pods,
  object: {kind: 'selector', selector: 'app=cache'},
})

describe('the last ready pod', () => {
  it('is that of the workload, whatever else runs in the namespace', async () => {
    const two = podsOf('cache', 2)
    const pods = [...two.slice(0, 1), ...podsOf('web', 8)]
    const {one} = begun(['pod-delete', {workload: 'cache'}], {cache: cache(two)}, {pods})
    await expect(one.prepare()).rejects.toThrow('it would take the last ready pod of workload cache')
  })

  it('is not made two by a pod of another Deployment with the same labels', async () => {
    const own = podsOf('web', 2).slice(0, 1)
    const others = podsOf('web', 4, {controller: {kind: 'ReplicaSet', name: 'canary-77', uid: 'c'}}).slice(1)
    const {one} = begun(
      ['scale', {workload: 'web', to: 0}],
      {web: deploymentOf('web', podsOf('web', 1, {ready: false}))},
      {pods: [...own, ...others], workloads: [deployed('web', 1)]},
    )
    await expect(one.prepare()).rejects.toThrow('it would take the last ready pod of workload web')
  })
})

describe('who opts out', () => {
  const web = podsOf('web', 4)
  const object = (kind: string, annotations: object): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: {name: 'web', annotations},
  })

  it.each<[string, [string, Json], object]>([
    ['a drain', ['node-drain', {node: 'node-1'}], {}],
    ['a cut', ['network-cut', {to: 'web', probe: false}], {}],
    [
      'a cut of its way out',
      ['network-cut', {from: 'web', to: 'api', direction: 'egress', probe: false}],
      {},
    ],
    ['a scaling', ['scale', {workload: 'web', to: 2}], {}],
    ['a deletion', ['pod-delete', {workload: 'web'}], {}],
  ])('a workload by its own annotation: %s is refused', async (_, fault) => {
    const half = web.map((pod, index) => ({...pod, node: index < 2 ? 'node-1' : 'node-2'}))
    const {one, held} = begun(
      fault,
      {web: deploymentOf('web', half), api: deploymentOf('api', podsOf('api', 1, {node: 'node-2'}))},
      {
        pods: [...half, ...podsOf('api', 1, {node: 'node-2'})],
        workloads: [deployed('web', 4), deployed('api', 1)],
        objects: [object('Deployment', protection)],
      },
    )
    await expect(one.prepare()).rejects.toThrow(/^Deployment web opts out by annotation/)
    expect(held.log).toEqual([])
  })

  it.each<[string, [string, Json], string]>([
    ['scaled down: nobody knows which pod goes', ['scale', {workload: 'web', to: 2}], 'web-3'],
    ['held down: nobody knows which pod goes', ['kill', {workload: 'web', respawn: 'never'}], 'web-3'],
    ['cut off', ['network-cut', {to: 'web', probe: false}], 'web-3'],
  ])('a pod by its own annotation: its workload is not %s', async (_, fault, name) => {
    const pods = web.map((pod) => (pod.name === name ? {...pod, annotations: protection} : pod))
    const {one} = begun(fault, {web: deploymentOf('web', web)}, {pods, workloads: [deployed('web', 4)]})
    await expect(one.prepare()).rejects.toThrow(/^Pod web-3 opts out by annotation/)
  })

  it('may be scaled up', async () => {
    const pods = web.map((pod) => ({...pod, annotations: protection}))
    const asked: [string, Json] = ['scale', {workload: 'web', to: 6}]
    const {one} = begun(asked, {web: deploymentOf('web', web)}, {pods, workloads: [deployed('web', 4)]})
    await expect(one.prepare()).resolves.toMatchObject({scaling: {was: 4, to: 6}})
  })

  it('is not guessed when the API server fails: only a missing right is no answer', async () => {
    const failing = (why: string) => (cluster: ReturnType<typeof fakeCluster>['cluster']) => {
      cluster.objects.read = async () => {
        throw new EnvironmentError(why, why === 'may not' ? {cause: 'forbidden'} : {})
      }
    }
    const with4 = {pods: web, workloads: [deployed('web', 4)]}
    const asked: [string, Json] = ['pod-delete', {workload: 'web'}]
    const workloads = {web: deploymentOf('web', web)}
    await expect(begun(asked, workloads, with4, failing('away')).one.prepare()).rejects.toThrow('away')
    await expect(begun(asked, workloads, with4, failing('may not')).one.prepare()).resolves.toBeDefined()
  })
})

describe('pods that are no victims', () => {
  it('are those of static manifests: the kubelet keeps them running, whatever is deleted', () => {
    const pods = podsOf('web', 2, {controller: {kind: 'Node', name: 'node-1', uid: 'n'}})
    expect(() => begun(['pod-delete', {selector: 'app=web'}], {web: deploymentOf('web', pods)}, {})).toThrow(
      /^web-1, web-2 are static pods/,
    )
  })

  it('are those that a run made itself', () => {
    const ours = podOf('load-1', {labels: {app: 'web', 'shakedown/run': 'run-1'}})
    expect(() =>
      begun(['pod-delete', {selector: 'app=web'}], {web: deploymentOf('web', [ours])}, {}),
    ).toThrow(/^No pod matches selector app=web/)
  })

  it('are those of a StatefulSet that scaling it down would not take', () => {
    const pods = ['db-0', 'db-1', 'db-2'].map((name) =>
      podOf(name, {controller: {kind: 'StatefulSet', name: 'db', uid: 'db'}}),
    )
    const db: Workload = {replicas: [], pods, object: {kind: 'StatefulSet', name: 'db'}}
    const kill = (replica: string): [string, Json] => ['kill', {workload: 'db', replica, respawn: 'never'}]
    expect(() => begun(kill('db-1'), {db}, {})).toThrow(/scaled lower it loses db-2/)
    expect(() => begun(kill('db-2'), {db}, {})).not.toThrow()
  })
})
