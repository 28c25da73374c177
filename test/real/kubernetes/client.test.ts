import {expect, it} from 'vitest'
import type {Pod} from '../../../src/scenarios/kubernetes.js'
import {eventually} from '../../contracts/toxiproxy-rig.js'
import {shellPod, webDeployment} from './manifests.js'
import {clusterSuite} from './stage.js'

const web = {kind: 'Deployment', name: 'web'} as const

clusterSuite(
  'the client of a real API server',
  {images: ['busybox'], creates: 'pods, a Deployment', rights: ['nodes']},
  (stage) => {
    it('follows pods from their birth to their end, and ends only the one that was meant', async () => {
      const {account: cluster} = stage()
      const looks: string[][] = []
      let last: readonly Pod[] = []
      const stop = new AbortController()
      const watching = cluster.watchPods(
        'app=one',
        (pods) => {
          last = pods
          looks.push(
            pods.map(
              ({name, ready, deleting}) => `${name}${ready ? ' ready' : ''}${deleting ? ' going' : ''}`,
            ),
          )
        },
        stop.signal,
      )
      await stage().apply(shellPod('one', {app: 'one'}), shellPod('two', {app: 'two'}))
      await eventually('a ready pod', async () => last[0]?.ready === true)
      const [pod] = last
      if (!pod) throw new Error('no pod')
      expect(pod).toMatchObject({
        name: 'one',
        phase: 'Running',
        restarts: 0,
        labels: {app: 'one'},
        deleting: false,
      })
      expect([pod.node, pod.ip, pod.uid].every((text) => text !== undefined && text !== '')).toBe(true)
      expect(await cluster.pods('app=one')).toEqual([pod])
      const other = '00000000-0000-0000-0000-000000000000'
      expect(await cluster.deletePod('one', {uid: other})).toEqual({kind: 'other', uid: pod.uid})
      expect(await cluster.deletePod('one', {uid: pod.uid, dryRun: true})).toEqual({kind: 'ending'})
      expect((await cluster.pods('app=one')).map(({deleting}) => deleting)).toEqual([false])
      expect(await cluster.deletePod('one', {uid: pod.uid})).toEqual({kind: 'ending'})
      await eventually('its end', async () => last.length === 0)
      expect(await cluster.deletePod('one', {uid: pod.uid})).toEqual({kind: 'gone'})
      stop.abort()
      await watching
      expect(looks.flat().every((name) => name.startsWith('one'))).toBe(true)
    })

    it('evicts what no budget protects, and says which budget refused', async () => {
      const {account: cluster, cluster: admin} = stage()
      await stage().apply(shellPod('kept', {app: 'kept'}), {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: {name: 'keep'},
        spec: {minAvailable: 1, selector: {matchLabels: {app: 'kept'}}},
      })
      await stage().ready('pod/kept')
      const [pod] = await cluster.pods('app=kept')
      const refused = await cluster.evictPod('kept', {uid: pod?.uid ?? ''})
      expect(refused).toMatchObject({kind: 'refused', why: expect.stringContaining('keep')})
      expect(await cluster.budgets()).toEqual([{name: 'keep', selector: 'app=kept', disruptionsAllowed: 0}])
      expect(await admin.objects.remove('policy/v1', 'PodDisruptionBudget', 'keep')).toBe(true)
      expect(await admin.objects.remove('policy/v1', 'PodDisruptionBudget', 'keep')).toBe(false)
      await eventually('the eviction', async () => {
        return (await cluster.evictPod('kept', {uid: pod?.uid ?? ''})).kind !== 'refused'
      })
    })

    it('scales, and leaves alone what somebody changed meanwhile', async () => {
      const {account: cluster} = stage()
      await stage().apply(webDeployment('web', 0))
      const before = await cluster.workload(web)
      expect(before).toMatchObject({desired: 0, selector: 'app=web'})
      expect(await cluster.setScale(web, 1, undefined, {run: 'some-run', was: 0})).toBe('set')
      expect((await cluster.workload(web))?.scaledBy).toEqual({run: 'some-run', was: 0})
      expect(await cluster.setScale(web, 2, before?.resourceVersion)).toBe('changed meanwhile')
      expect(await cluster.workload(web)).toMatchObject({desired: 1, scaledBy: {run: 'some-run', was: 0}})
      expect(await cluster.workload({kind: 'StatefulSet', name: 'web'})).toBeUndefined()
      await eventually('its pod', async () => (await cluster.pods('app=web')).length === 1)
      const [pod] = await cluster.pods('app=web')
      expect(pod?.controller).toMatchObject({kind: 'ReplicaSet'})
      await stage().ready('deployment/web')
      expect(await stage().cluster.logs(pod?.name ?? '')).toBe('')
      expect(await cluster.setScale(web, 0)).toBe('set')
      expect((await cluster.workload(web))?.scaledBy).toBeUndefined()
    })

    it('applies, reads, changes and removes objects of any kind', async () => {
      const {objects} = stage().cluster
      const map = (value: string) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {name: 'settings', labels: {of: 'tests'}},
        data: {value},
      })
      await objects.apply(map('one'))
      expect(await objects.apply(map('two'))).toMatchObject({data: {value: 'two'}})
      await expect(objects.create(map('three'))).rejects.toThrow('would not create ConfigMap settings')
      await objects.patch('v1', 'ConfigMap', 'settings', {data: {more: 'yes'}})
      const [listed] = await objects.list('v1', 'ConfigMap', 'of=tests')
      expect(listed).toMatchObject({kind: 'ConfigMap', data: {value: 'two', more: 'yes'}})
      expect(await objects.remove('v1', 'ConfigMap', 'settings', 'another-uid')).toBe(false)
      expect(await objects.remove('v1', 'ConfigMap', 'settings', listed?.metadata.uid)).toBe(true)
      expect(await objects.read('v1', 'ConfigMap', 'settings')).toBeUndefined()
      await expect(objects.read('no.such/v1', 'Thing', 'x')).rejects.toThrow('knows no Thing of no.such/v1')
      expect(await objects.remove('no.such/v1', 'Thing', 'x')).toBe(false)
    })

    it('tells nodes and rights', async () => {
      const {account: cluster, namespace} = stage()
      expect((await cluster.nodes()).some(({ready}) => ready)).toBe(true)
      const right = {verb: 'delete', group: '', resource: 'pods', namespace}
      expect(await cluster.review([right])).toEqual([{right, allowed: true}])
    })
  },
)
