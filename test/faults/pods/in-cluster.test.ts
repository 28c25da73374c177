import {describe, expect, it} from 'vitest'
import {loadFaults} from '../../../src/faults/index.js'
import type {Target} from '../../../src/scenarios/target.js'
import {seededRandom} from '../../../src/system/random.js'
import {clusterTarget, deploymentOf, podOf, podsOf} from '../../fakes/cluster-target.js'

const faults = await loadFaults()
const shop = clusterTarget({
  web: deploymentOf('web', podsOf('web', 4)),
  agent: {replicas: ['agent-1'], pods: podsOf('agent', 2), object: {kind: 'DaemonSet', name: 'agent'}},
  some: {replicas: [], pods: podsOf('some', 2), object: {kind: 'selector', selector: 'app=some'}},
  nothing: {replicas: []},
})

const aim = (name: string, given: Record<string, unknown>, target: Target = shop, seed = 1) => {
  const fault = faults[name]
  if (!fault) throw new Error(`no fault ${name}`)
  return fault.aim(fault.options.parse(given), target, seededRandom(seed), 20_000)
}

describe('a scenario of a laptop in a cluster', () => {
  it('deletes pods where it killed processes, and says that this is no crash', () => {
    const {does, undo, pods, takes} = aim('kill', {workload: 'web', percent: '50%'})
    expect(does).toMatch(
      /^the nearest to a crash that the right to delete pods allows: deletes 2 of the 4 pods of workload web \(50%, picked by the seed\) with grace 0 \(SIGTERM, SIGKILL about 2 s later: no crash\): web-\d, web-\d$/,
    )
    expect(undo).toBe('waits until ready again, at most 1m')
    expect({pods, takes}).toEqual({
      pods: 2,
      takes: [{of: 'workload web', pods: 4, ready: 4, taken: 2, takenReady: 2}],
    })
  })

  it('terminates with the grace period that the pods have, in turn where it is asked', () => {
    const {does, takes} = aim('terminate', {workload: 'web', count: 3, order: 'one-by-one'})
    expect(does).toMatch(/^deletes 3 of the 4 pods .*, with their own grace period, one by one, each when/)
    expect(takes).toMatchObject([{taken: 1, takenReady: 1}])
  })

  it('keeps pods from coming back by scaling lower', () => {
    const {does, undo, holds} = aim('kill', {workload: 'web', respawn: 'never'})
    expect(does).toContain('and scales web 1 lower: no replacement until it ends')
    expect(undo).toBe('scales it back and waits until it is ready, at most 1m')
    expect(holds).toBe(true)
  })

  it.each([
    [
      'freeze',
      {workload: 'web'},
      /^freeze does not work on target shop: stopping a process in a pod takes .*pods\/exec/,
    ],
    ['cpu', {workload: 'web', take: '50%'}, /^cpu does not work on target shop/],
    ['memory', {workload: 'web', amount: '64MB'}, /^memory does not work on target shop/],
    ['kill', {workload: 'agent', respawn: 'never'}, /^A DaemonSet cannot be scaled/],
    ['kill', {workload: 'some', respawn: 'never'}, /^A selector cannot be scaled/],
    ['kill', {workload: 'web', replica: 'web-9'}, /^workload web has no pod "web-9"/],
    ['terminate', {workload: 'wbe'}, /^Target shop has no workload "wbe"/],
    ['terminate', {workload: 'nothing'}, /^Workload nothing of target shop names no object of the cluster/],
    ['scale', {workload: 'agent', to: 1}, /^It cannot be scaled: a DaemonSet has one pod per node/],
    ['pod-delete', {selector: 'app=none'}, /^No pod matches selector app=none/],
    ['pod-delete', {workload: 'web', count: 2, order: 'one-by-one', every: '30s'}, /do not fit into 20s/],
  ])('%s %j is refused when it is planned', (name, given, message) => {
    expect(() => aim(name, given)).toThrow(
      expect.objectContaining({name: 'UserError', message: expect.stringMatching(message)}),
    )
  })

  it('never hits the namespace of the cluster itself', () => {
    const system = {...shop, kubernetes: {...shop.kubernetes, namespace: 'kube-system'}}
    for (const [name, given] of [
      ['kill', {workload: 'web'}],
      ['scale', {workload: 'web', to: 3}],
      ['pod-delete', {selector: 'app=web'}],
    ] as const)
      expect(() => aim(name, given, system)).toThrow(/kube-system is ever hit/)
  })

  it('has pods to delete in a cluster only', () => {
    const {kubernetes: _, ...local} = shop
    expect(() => aim('pod-delete', {selector: 'app=web'}, local)).toThrow('Target shop is in no cluster')
  })
})

it('knows a workload under all of its names', () => {
  const web = deploymentOf('web', podsOf('web', 4))
  const target = clusterTarget({web, front: web, api: deploymentOf('api', podsOf('api', 2))})
  expect(aim('scale', {workload: 'web', to: 3}, target).workloads).toEqual(['web', 'front'])
  expect(aim('pod-delete', {workload: 'front'}, target).workloads).toEqual(['web', 'front'])
})

describe('half of a workload', () => {
  it('is half of all that its controller has, also where the selector leaves some out', () => {
    const pods = podsOf('web', 4).map((pod, index) => ({...pod, labels: {app: 'web', slot: String(index)}}))
    const target = clusterTarget({web: deploymentOf('web', pods)})
    const {takes} = aim('pod-delete', {selector: 'slot in (0,1,2)', count: 3}, target)
    expect(takes).toEqual([{of: 'ReplicaSet web-5d9f', pods: 4, ready: 4, taken: 3, takenReady: 3}])
  })

  it('is counted for each controller that a selector meets', () => {
    const both = [...podsOf('a', 2), ...podsOf('b', 2)].map((pod) => ({...pod, labels: {tier: 'x'}}))
    const target = clusterTarget({all: deploymentOf('all', both)})
    const {takes} = aim('pod-delete', {selector: 'tier=x', all: true}, target)
    expect(takes?.map(({of, taken}) => [of, taken])).toEqual([
      ['ReplicaSet a-5d9f', 2],
      ['ReplicaSet b-5d9f', 2],
    ])
  })
})

describe('the options of pod-delete', () => {
  const options = faults['pod-delete']?.options
  it.each([
    [{}, 'expected one of "workload" and "selector"'],
    [{workload: 'web', selector: 'app=web'}, 'expected one of "workload" and "selector"'],
    [{workload: 'web', count: 1, all: true}, 'choose one of "count", "percent" and "all"'],
    [{workload: 'web', every: '5s'}, '`every` needs `order: one-by-one`'],
    [{workload: 'web', grace: '1500ms'}, 'expected whole seconds'],
    [{workload: 'web', evict: true, force: true}, 'an eviction respects disruption budgets'],
    [{selector: 'app in web'}, 'expected a label selector such as "app=web"'],
  ])('%j: %s', (given, message) => {
    expect(JSON.stringify(options?.safeParse(given).error?.issues.map((issue) => issue.message))).toContain(
      JSON.stringify(message).slice(1, -1),
    )
  })
})

it('1,000 pods are planned without counting any twice', () => {
  const pods = podsOf('web', 1_000).map((pod) => podOf(pod.name, {...pod, ready: false}))
  const {replicas} = aim(
    'pod-delete',
    {workload: 'web', percent: '10%'},
    clusterTarget({web: deploymentOf('web', pods)}),
  )
  expect(new Set(replicas).size).toBe(100)
})
