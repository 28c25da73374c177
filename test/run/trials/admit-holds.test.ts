import {expect, it} from 'vitest'
import type {PlannedFault} from '../../../src/plan/plan.js'
import {admitHolds} from '../../../src/run/trials/admit-holds.js'
import {planOf} from '../../fakes/capacity-trials.js'
import {scaledCluster} from '../../fakes/scaled-cluster.js'
import {scenarioWith} from '../../fakes/scenario-plan.js'

/** Takes one of so many pods of `web` away for as long as a search takes. */
const without = (pods: number, id = 'f1'): PlannedFault => ({
  id,
  fault: 'kill',
  options: {workload: 'web', respawn: 'never', order: 'together'},
  startMs: 0,
  endMs: 1_000,
  aim: {
    edges: [],
    replicas: ['web-1'],
    pods: 1,
    takes: [{of: 'workload web', pods, ready: pods, taken: 1, takenReady: 1}],
    does: 'takes one',
    undo: 'brings it back',
  },
})

const admitted = async (radius: string, held: PlannedFault[], {pods = 4, autoscaled = false} = {}) => {
  const {world, target, log} = scaledCluster({pods, autoscaled})
  const scenario = scenarioWith(radius === '' ? {} : {'blast-radius': `blast-radius: ${radius}`})
  const ledger = await admitHolds({...planOf(scenario), target}, {made: [], held}, world)
  return {ledger, log}
}

it('counts what a search holds, one fault after the other, and changes nothing', async () => {
  const {ledger, log} = await admitted('', [without(4), without(4, 'f2')])
  expect(log).toEqual([])
  ledger.take('f1', {pods: 1})
  ledger.take('f2', {pods: 1})
  expect(() => ledger.take('f3', {pods: 1})).toThrow('f3 would hit 1 pod, 3 in all: the plan counted 2')
})

it('refuses before the first trial what reaches further than the scenario allows', async () => {
  await expect(admitted('{pods: 1}', [without(4), without(4, 'f2')])).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('the faults hit 2 pods, and at most 1 are allowed'),
  })
  await expect(admitted('', [without(1)], {pods: 1})).rejects.toThrow('it would take the last ready pod')
  await expect(admitted('{share-of-workload: 100%}', [without(1)], {pods: 1})).resolves.toBeDefined()
})

it('asks the guards of the cluster as it is now', async () => {
  await expect(admitted('', [without(4)], {autoscaled: true})).rejects.toThrow(
    'HorizontalPodAutoscaler web-scaler scales deployment web',
  )
})
