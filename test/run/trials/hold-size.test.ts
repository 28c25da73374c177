import {describe, expect, it} from 'vitest'
import type {Fault} from '../../../src/faults/fault.js'
import scale from '../../../src/faults/scale.js'
import {openBlastRadius} from '../../../src/run/blast-ledger.js'
import {holdSize, planSizes} from '../../../src/run/trials/hold-size.js'
import {readyPods} from '../../../src/run/trials/ready-pods.js'
import type {Json} from '../../../src/system/json.js'
import {type ScaledAs, scaledCluster} from '../../fakes/scaled-cluster.js'
import {scenarioWith} from '../../fakes/scenario-plan.js'

// As the registry hands it out.
const fault = scale as unknown as Fault

/** Sizes `web` in such a cluster; `undone` takes it back as the undo stack would. */
const sized = async (count: number, as: ScaledAs = {}, radius = '') => {
  const fake = scaledCluster(as)
  const [size] = planSizes({web: count}, fake.target, fault)
  if (!size) throw new Error('no size was planned')
  const scenario = scenarioWith(radius === '' ? {} : {'blast-radius': `blast-radius: ${radius}`})
  const blastRadius = openBlastRadius({scenario, faults: size.change ? [size.change] : []})
  let inverse: Json | undefined
  const undo = {
    intend: async (change: {id: string; inverse: Json}) => {
      fake.log.push(`intend ${change.id}`)
      inverse = change.inverse
    },
  }
  const world = {...fake.world, blastRadius}
  await holdSize(size, fault, {world, undo})
  return {...fake, undone: () => fault.undo(inverse ?? null, world)}
}

describe('a size of a workload in a cluster', () => {
  it('is on the undo stack before it is made, and taken back to what it was', async () => {
    const {log, undone, world} = await sized(4)
    expect(log).toEqual(['intend size1', 'scale to 4'])
    expect(await readyPods(world)).toEqual({web: 4})
    await undone()
    expect(log.slice(2)).toEqual(['scale to 2'])
  })

  it('goes down as well', async () => {
    expect((await sized(1)).log).toEqual(['intend size1', 'scale to 1'])
  })

  it('is left alone where it is as asked already', async () => {
    expect((await sized(2)).log).toEqual([])
    const fake = scaledCluster()
    const [size] = planSizes({web: 2}, fake.target, fault)
    fake.setDesired(3)
    const undo = {intend: async () => {}}
    await expect(
      holdSize(size ?? {workload: '', count: 0}, fault, {world: fake.world, undo}),
    ).rejects.toThrow('Workload web is to have 3 pods by now, not 2')
  })

  it.each([
    [4, {autoscaled: true}, 'HorizontalPodAutoscaler web-scaler scales deployment web'],
    [2, {autoscaled: true}, 'HorizontalPodAutoscaler web-scaler scales deployment web'],
    [1, {pods: 4}, 'Refused: it would take 3 of the 4 pods of workload web'],
  ])('is refused by the guards of faults: %i of %j', async (count, as, message) => {
    await expect(sized(count, as)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message),
    })
  })

  it('reaches as far as the scenario says', async () => {
    expect((await sized(1, {pods: 4}, '{share-of-workload: 75%}')).log).toContain('scale to 1')
    await expect(sized(1, {pods: 4}, '{share-of-workload: 75%, pods: 2}')).rejects.toThrow(
      'size1 would hit 3 pods, 3 in all: blast-radius allows 2',
    )
  })

  it('is one error when its pods do not get ready, and on the stack all the same', async () => {
    await expect(sized(4, {room: 3})).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(
        /^Workload web has no 4 ready pods after 3m: .*4 pods, 3 ready.*web-4 is/,
      ),
    })
  })

  it.each([
    ['cache', 'has no workload "cache"'],
    ['agent', 'a DaemonSet has one pod per node'],
  ])('is refused before anything is touched: %s', (name, message) => {
    const {target} = scaledCluster()
    const agent = {replicas: [], pods: [], object: {kind: 'DaemonSet' as const, name: 'agent'}}
    const workloads = {...target.workloads, agent}
    expect(() => planSizes({[name]: 2}, {...target, workloads}, fault)).toThrow(message)
  })
})

it('counts no pods where nobody can look: a trial is not lost for that', async () => {
  const {world, log} = scaledCluster({blind: true})
  expect(await readyPods(world)).toBeUndefined()
  expect(log).toEqual(['how many pods are ready is not known: pods cannot be listed'])
})
