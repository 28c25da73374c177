import {beforeAll, expect, it} from 'vitest'
import {eventually, within} from '../../contracts/toxiproxy-rig.js'
import {faultOf, targetOf} from './fault-stage.js'
import {webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: {name: 'web-scaler'},
  spec: {
    scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web'},
    minReplicas: 2,
    maxReplicas: 3,
  },
}

clusterSuite(
  'workloads that are scaled',
  {images: ['busybox'], creates: 'a Deployment, an autoscaler'},
  (staged) => {
    let stage: Stage

    const desired = async (): Promise<number | undefined> =>
      (await stage.cluster.workload({kind: 'Deployment', name: 'web'}))?.desired
    const ready = async (): Promise<number> =>
      (await stage.cluster.pods('app=web')).filter((pod) => pod.ready && !pod.deleting).length
    const plan = async (to: number, more: Parameters<typeof faultOf>[3] = {}) =>
      faultOf('scale', {workload: 'web', to}, await targetOf(stage, ['web']), more)

    beforeAll(async () => {
      stage = staged()
      await stage.apply(webDeployment('web', 3))
      await stage.ready('deployment/web')
    }, 240_000)

    it('go down and come back to what they were, ready; undone twice is as good as once', async () => {
      const one = await plan(2)
      expect(one.aim).toMatchObject({pods: 1, does: 'scales deployment web from 3 to 2'})
      const inverse = await one.prepare()
      expect(await desired()).toBe(3)
      await one.inject(inverse)
      const evidence = await within(one.observe(inverse), 'a look', 60_000)
      expect(evidence).toMatchObject({bit: 'yes', numbers: {asked: 2, before: 3, pods: 2, ready: 2}})
      await one.undo(inverse)
      expect([await desired(), await ready()]).toEqual([3, 3])
      await one.undo(inverse)
      expect([await desired(), await ready()]).toEqual([3, 3])
      expect(one.notes).toEqual([])
    })

    it('go up, and undo takes away what came', async () => {
      const one = await plan(4)
      const inverse = await one.prepare()
      await one.inject(inverse)
      expect(await within(one.observe(inverse), 'a look', 60_000)).toMatchObject({
        bit: 'yes',
        numbers: {ready: 4},
      })
      await one.undo(inverse)
      expect(await desired()).toBe(3)
    })

    it('are left as a second controller set them meanwhile, and that is said', async () => {
      const one = await plan(2)
      const inverse = await one.prepare()
      await one.inject(inverse)
      await stage.kubectl(['scale', 'deployment/web', '--replicas=4'])
      expect(await one.observe(inverse)).toMatchObject({
        bit: 'no',
        observations: ['deployment web was set to 4 by somebody else: no longer 2'],
      })
      await one.undo(inverse)
      expect(await desired()).toBe(4)
      expect(one.notes).toEqual([
        'deployment web was set to 4 by somebody else (from 3, then 2 by the fault): left alone',
      ])
      await stage.kubectl(['scale', 'deployment/web', '--replicas=3'])
      await stage.ready('deployment/web')
    })

    it('are not touched when somebody scaled them between the look and the change', async () => {
      const one = await plan(2)
      const inverse = await one.prepare()
      await stage.kubectl(['scale', 'deployment/web', '--replicas=4'])
      await expect(one.inject(inverse)).rejects.toThrow(
        'Somebody else set the replicas of deployment web to 4 just now (3 before): left alone',
      )
      await one.undo(inverse)
      expect(await desired()).toBe(4)
      await stage.kubectl(['scale', 'deployment/web', '--replicas=3'])
      await stage.ready('deployment/web')
      await eventually('three pods', async () => (await stage.cluster.pods('app=web')).length === 3)
    })

    it('are refused where an autoscaler owns the number, for scale and for what holds pods down', async () => {
      await stage.apply(autoscaler)
      await expect((await plan(2)).prepare()).rejects.toMatchObject({
        name: 'UserError',
        message: 'HorizontalPodAutoscaler web-scaler scales deployment web',
      })
      const held = faultOf('kill', {workload: 'web', respawn: 'never'}, await targetOf(stage, ['web']))
      await expect(held.prepare()).rejects.toThrow('HorizontalPodAutoscaler web-scaler scales deployment web')
      await stage.kubectl(['delete', 'hpa', 'web-scaler'])
      expect(await desired()).toBe(3)
    })

    it('say so when nothing would change, or too much', async () => {
      const target = await targetOf(stage, ['web'])
      expect(() => faultOf('scale', {workload: 'web', to: 3}, target)).toThrow(/3 pods already/)
      await expect((await plan(0)).prepare()).rejects.toThrow(
        'it would take all 3 ready pods of workload web',
      )
      await expect((await plan(1)).prepare()).rejects.toThrow(
        /at most 1 of its 3 pods may be down at once \(50%\)/,
      )
    })
  },
)
