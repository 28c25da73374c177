import {describe, expect, it} from 'vitest'
import {openBlastRadius} from '../../../src/run/blast-ledger.js'
import {openWorld} from '../../../src/run/open-world.js'
import {systemClock} from '../../../src/system/clock.js'
import type {Json} from '../../../src/system/json.js'
import {aimedFault} from '../../fakes/aimed-fault.js'
import {clusterTarget, deploymentOf, podOf, podsOf} from '../../fakes/cluster-target.js'
import {clusterWorld, deployed, fakeCluster} from '../../fakes/fake-cluster.js'

const namesIn = (inverse: Json): string[] => Object.keys((inverse as {victims: object}).victims)

describe('two faults on one workload that begin at the same moment', () => {
  const both = async (count: number, shareOfWorkload: number, times = {startMs: 0, endMs: 10_000}) => {
    const pods = podsOf('web', count)
    const target = clusterTarget({web: deploymentOf('web', pods)})
    const {held, cluster} = fakeCluster({pods, workloads: [deployed('web', count)]})
    const {inTurn} = openWorld(target, 'run-1', systemClock, new AbortController().signal)
    const faults = [
      {id: 'f1', startMs: 0, endMs: 10_000},
      {id: 'f2', ...times},
    ]
    // Only what the ledger reads of a plan.
    const planned = faults.map((one) => ({...one, aim: {pods: 1}}))
    const plan = {scenario: {blastRadius: {pods: 9, shareOfWorkload}}, faults: planned}
    const blastRadius = openBlastRadius(plan as unknown as Parameters<typeof openBlastRadius>[0])
    const world = clusterWorld(cluster, target, {blastRadius, ...(inTurn && {inTurn})})
    const all = faults.map((one) => aimedFault('pod-delete', {workload: 'web'}, target, world, one))
    return {held, prepared: Promise.all(all.map((one) => one.prepare()))}
  }

  it('never take the same pod', async () => {
    const {prepared} = await both(2, 1)
    const names = (await prepared).flatMap(namesIn)
    expect(names.toSorted()).toEqual(['web-1', 'web-2'])
  })

  it('never take the last ready pod between them', async () => {
    const {prepared} = await both(2, 0.5)
    await expect(prepared).rejects.toThrow('it would take the last ready pod of workload web')
  })

  it('need not heed each other when one is over before the other begins', async () => {
    const {prepared} = await both(2, 0.5, {startMs: 10_000, endMs: 20_000})
    await expect(prepared).resolves.toHaveLength(2)
  })
})

describe('a victim that somebody else ends before its turn', () => {
  const begun = async (asked: Json) => {
    const pods = podsOf('web', 4)
    const target = clusterTarget({web: deploymentOf('web', pods)})
    const {held, cluster} = fakeCluster({pods, workloads: [deployed('web', 4)]})
    const stop = new AbortController()
    const world = clusterWorld(cluster, target, {signal: stop.signal})
    const one = aimedFault('pod-delete', asked, target, world)
    const inverse = await one.prepare()
    return {held, world, one, inverse, stop, names: namesIn(inverse)}
  }

  it('is no hit: nothing else is deleted, and the fault has not bitten', async () => {
    const {held, one, inverse, names, world, stop} = await begun({workload: 'web', count: 2})
    const [first = '', second = ''] = names
    held.pods = held.pods.map((pod) => (pod.name === first ? podOf(first, {uid: 'another'}) : pod))
    await one.inject(inverse)
    expect(held.log).toEqual([`delete ${second}`])
    expect(await one.observe(inverse)).toMatchObject({bit: 'no', numbers: {asked: 2, hit: 1}})
    expect(world.notes.join()).toContain(`${first} had gone before it was to be hit`)
    stop.abort()
  })

  it('is none either when it is ending already when its turn comes', async () => {
    const asked = {workload: 'web', count: 2, order: 'one-by-one', every: '2s'}
    const {held, one, inverse, names, stop} = await begun(asked)
    const [first = '', second = ''] = names
    held.pods = held.pods.map((pod) => (pod.name === second ? {...pod, deleting: true} : pod))
    await one.inject(inverse)
    expect(held.log).toEqual([`delete ${first}`])
    expect(await one.observe(inverse)).toMatchObject({bit: 'no', numbers: {asked: 2, hit: 1}})
    stop.abort()
  })
})
