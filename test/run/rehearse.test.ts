import {describe, expect, it} from 'vitest'
import {loadFaults} from '../../src/faults/index.js'
import type {Plan, PlannedFault} from '../../src/plan/plan.js'
import {rehearseFaults} from '../../src/run/rehearse.js'
import type {Json} from '../../src/system/json.js'
import {seededRandom} from '../../src/system/random.js'
import {clusterTarget, deploymentOf, podsOf} from '../fakes/cluster-target.js'
import {clusterWorld, deployed, fakeCluster} from '../fakes/fake-cluster.js'
import {scenarioWith} from '../fakes/scenario-plan.js'

const faults = await loadFaults()
const pods = podsOf('web', 6)
const target = clusterTarget({web: deploymentOf('web', pods)})
const budget = {name: 'web-budget', selector: 'app=web', disruptionsAllowed: 1}

const deletion = (id: string, [startMs, endMs]: [number, number], asked: Json = {}): PlannedFault => {
  const fault = faults['pod-delete']
  if (!fault) throw new Error('no pod-delete')
  const options = fault.options.parse({workload: 'web', ...(asked as object)})
  const aim = fault.aim(options, target, seededRandom(1).fork(id), endMs - startMs)
  return {id, fault: 'pod-delete', options, startMs, endMs, aim}
}

const rehearse = async (...planned: PlannedFault[]): Promise<string[]> => {
  const {cluster, held} = fakeCluster({pods, workloads: [deployed('web', 6)], budgets: [budget]})
  // Only what a rehearsal reads of a plan.
  const plan = {scenario: scenarioWith(), target, faults: planned} as unknown as Plan
  await rehearseFaults(plan, clusterWorld(cluster, target))
  return held.log
}

describe('a rehearsal', () => {
  it('lets each fault through that its disruption budget allows, and changes nothing', async () => {
    expect(await rehearse(deletion('f1', [0, 10_000]))).toEqual([])
    expect(await rehearse(deletion('f1', [0, 5_000]), deletion('f2', [5_000, 9_000]))).toEqual([])
  })

  it('counts what another fault takes that is in force by then', async () => {
    await expect(rehearse(deletion('f1', [0, 10_000]), deletion('f2', [4_000, 9_000]))).rejects.toThrow(
      /f2 pod-delete while f1 pod-delete is in force: Refused: disruption budget web-budget allows 0 disruptions now, not 1/,
    )
  })

  it('tells all that this account may not do, and the rules that would allow it', async () => {
    const {cluster} = fakeCluster({pods, workloads: [deployed('web', 6)], budgets: [budget]})
    const reader: typeof cluster = {
      ...cluster,
      review: async (rights) =>
        rights.map((right) => ({right, allowed: ['get', 'list', 'watch'].includes(right.verb)})),
    }
    // Only what a rehearsal reads of a plan.
    const planned = [deletion('f1', [0, 4_000]), deletion('f2', [4_000, 9_000], {evict: true})]
    const plan = {scenario: scenarioWith(), target, faults: planned} as unknown as Plan
    await expect(rehearseFaults(plan, clusterWorld(reader, target))).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(
        /may not delete pods in namespace shop, nor create pods\/eviction in namespace shop /,
      ),
      hint: expect.stringContaining('- pods/eviction'),
    })
  })

  it('tells what the load from pods may not do, the key of its certificate among it', async () => {
    const {cluster} = fakeCluster({pods, workloads: [deployed('web', 6)], budgets: [budget]})
    const wanted: string[] = []
    const nobody: typeof cluster = {
      ...cluster,
      review: async (rights) => {
        wanted.push(...rights.map(({verb, resource}) => `${verb} ${resource}`))
        return rights.map((right) => ({right, allowed: right.resource !== 'secrets'}))
      },
    }
    const {load, ...rest} = scenarioWith()
    const rehearsed = async (tls: object): Promise<void> => {
      const scenario = {...rest, load: {...load, on: 'kubernetes', connection: {tls}}}
      // Only what a rehearsal reads of a plan.
      const plan = {scenario, target, faults: []} as unknown as Plan
      await rehearseFaults(plan, clusterWorld(nobody, target))
    }
    await rehearsed({caPem: 'an authority'})
    expect(wanted).toContain('create jobs')
    await expect(rehearsed({certPem: 'shown', keyPath: '/key'})).rejects.toThrow(
      'may not create secrets in namespace shop',
    )
  })

  it('is not stopped by what is forced, and counts it all the same', async () => {
    const forced = deletion('f1', [0, 10_000], {force: true})
    expect(await rehearse(forced, deletion('f2', [0, 10_000], {force: true}))).toEqual([])
    await expect(rehearse(forced, deletion('f2', [0, 10_000]))).rejects.toThrow('allows 0 disruptions')
  })
})
