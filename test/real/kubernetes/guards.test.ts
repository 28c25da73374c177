import {beforeAll, expect, it} from 'vitest'
import {openBlastRadius} from '../../../src/run/blast-ledger.js'
import type {Pod} from '../../../src/scenarios/kubernetes.js'
import {seededRandom} from '../../../src/system/random.js'
import {eventually, within} from '../../contracts/toxiproxy-rig.js'
import {faultOf, targetOf} from './fault-stage.js'
import {webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

/** Pods that no scheduler takes: objects of the API server, which cost nothing. */
const crowd = (name: string, replicas: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name},
  spec: {
    replicas,
    selector: {matchLabels: {app: name}},
    template: {
      metadata: {labels: {app: name}},
      spec: {schedulerName: 'nobody', containers: [{name: 'none', image: 'localhost/none:1'}]},
    },
  },
})

const bare = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'bare', labels: {app: 'bare'}},
  spec: {schedulerName: 'nobody', containers: [{name: 'none', image: 'localhost/none:1'}]},
}

const crowds = ['crowd-1', 'crowd-2', 'crowd-3', 'crowd-4']

/** A ReplicaSet, whose template can be changed without a rollout: only what is replaced follows it. */
const broken = {
  ...webDeployment('broken', 2),
  kind: 'ReplicaSet',
}

clusterSuite(
  'guards on pods',
  {images: ['busybox'], creates: 'Deployments, 1,000 pods on no node'},
  (staged) => {
    let stage: Stage

    const thereOf = async (app: string): Promise<Pod[]> =>
      (await stage.cluster.pods(`app=${app}`)).filter(({deleting}) => !deleting)

    beforeAll(async () => {
      stage = staged()
      await stage.apply(webDeployment('web', 2), ...crowds.map((name) => crowd(name, 20)), bare, broken)
      await stage.ready('deployment/web')
      for (const name of crowds) await eventually(name, async () => (await thereOf(name)).length === 20)
    }, 240_000)

    it('refuse what is taken from a workload, against what is there when the fault begins', async () => {
      const target = await targetOf(stage, ['web'])
      await expect(
        faultOf('pod-delete', {workload: 'web', count: 2}, target).prepare(),
      ).rejects.toMatchObject({
        name: 'UserError',
        message: 'Refused: it would take all 2 ready pods of workload web',
      })
      const planned = faultOf('pod-delete', {workload: 'web', grace: 0}, target)
      await stage.kubectl(['scale', 'deployment/web', '--replicas=1'])
      await eventually('one pod', async () => (await stage.cluster.pods('app=web')).length === 1)
      await expect(planned.prepare()).rejects.toThrow('it would take the last ready pod of workload web')
      const blastRadius = {shareOfWorkload: 1, take: () => {}}
      const allowed = faultOf('pod-delete', {workload: 'web', grace: 0}, target, {blastRadius})
      const inverse = await allowed.prepare()
      await allowed.inject(inverse)
      await within(allowed.undo(inverse), 'undo', 60_000)
      await stage.kubectl(['scale', 'deployment/web', '--replicas=2'])
      await stage.ready('deployment/web')
    })

    it('count all faults of a run together', async () => {
      const target = await targetOf(stage, ['web', 'crowd-1'])
      const scenario = {blastRadius: {pods: 2}}
      // Only what the ledger reads of a plan.
      const blastRadius = openBlastRadius({scenario, faults: []} as unknown as Parameters<
        typeof openBlastRadius
      >[0])
      await faultOf('pod-delete', {workload: 'web'}, target, {blastRadius}).prepare()
      await faultOf('pod-delete', {workload: 'crowd-1'}, target, {blastRadius}).prepare()
      await expect(
        faultOf('pod-delete', {workload: 'crowd-1'}, target, {blastRadius}).prepare(),
      ).rejects.toThrow('f1 would hit 1 pod, 3 in all: blast-radius allows 2')
    })

    it('leave pods, workloads and namespaces alone that opt out, and pods that nobody would replace', async () => {
      const [one] = await stage.cluster.pods('app=web')
      await stage.kubectl(['annotate', 'pod', one?.name ?? '', 'shakedown/protect=true'])
      const spared = await targetOf(stage, ['web'])
      for (const seed of [1, 2, 3, 4, 5, 6])
        expect(faultOf('pod-delete', {workload: 'web'}, spared, {seed}).aim.replicas).not.toContain(one?.name)
      await stage.kubectl(['annotate', 'pod', one?.name ?? '', 'shakedown/protect-'])
      for (const object of ['deployment/web', `namespace/${stage.namespace}`]) {
        await stage.kubectl(['annotate', object, 'shakedown/protect=true'])
        const refused = faultOf('pod-delete', {workload: 'web'}, await targetOf(stage, ['web'])).prepare()
        await expect(refused).rejects.toThrow(
          /^(Deployment|Namespace) \S+ opts out by annotation shakedown\/protect/,
        )
        await stage.kubectl(['annotate', object, 'shakedown/protect-'])
      }
      const target = await targetOf(stage, [])
      expect(() => faultOf('pod-delete', {selector: 'app=bare'}, target)).toThrow(/^bare has no controller/)
      expect(() => faultOf('pod-delete', {selector: 'app=nothing'}, target)).toThrow(
        'No pod matches selector app=nothing',
      )
    })

    it('report a replacement that never gets ready: not undone, with the reason and what to type', async () => {
      await eventually('two pods', async () =>
        (await stage.cluster.pods('app=broken')).every(({ready}) => ready),
      )
      const image = [
        {op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'localhost/missing:1'},
      ]
      await stage.kubectl(['patch', 'rs', 'broken', '--type=json', '-p', JSON.stringify(image)])
      const target = await targetOf(stage, ['broken'])
      const ref = {kind: 'ReplicaSet' as const, name: 'broken'}
      const workloads = {broken: {...target.workloads['broken'], replicas: [], object: ref}}
      const one = faultOf(
        'pod-delete',
        {workload: 'broken', grace: 0, 'ready-within': '8s'},
        {...target, workloads},
        {lastsMs: 5_000},
      )
      const inverse = await one.prepare()
      await one.inject(inverse)
      const evidence = await one.observe(inverse)
      expect(evidence.observations.join('\n')).toMatch(
        /not ready again so far: replicaset broken has 1 of 2 ready pods: broken-/,
      )
      await expect(one.undo(inverse)).rejects.toThrow(
        /^Not as before after \d+s: replicaset broken has 1 of 2 ready pods: broken-\S+ waits: ErrImageNeverPull$/,
      )
      expect(one.remedy(inverse)).toBe(
        `kubectl --context ${stage.context} -n ${stage.namespace} describe pods -l 'app=broken' says why; when they are ready: shakedown restore`,
      )
    })

    it('report a pod that never ends, until somebody lets it go', async () => {
      const finalizer = (list: string[]): string => JSON.stringify({metadata: {finalizers: list}})
      const target = await targetOf(stage, ['web'])
      const one = faultOf('pod-delete', {workload: 'web', 'ready-within': '5s'}, target, {lastsMs: 5_000})
      const [name = ''] = one.aim.replicas
      await stage.kubectl(['patch', 'pod', name, '--type=merge', '-p', finalizer(['shakedown.test/stuck'])])
      const inverse = await one.prepare()
      await one.inject(inverse)
      await expect(one.undo(inverse)).rejects.toThrow(new RegExp(`${name} is still Terminating`))
      await stage.kubectl(['patch', 'pod', name, '--type=merge', '-p', finalizer([])])
      await stage.ready('deployment/web')
      await within(one.undo(inverse), 'undo')
    })

    it('hit exactly as many pods as asked, in 200 seeded plans', async () => {
      const base = await targetOf(stage, [])
      /** One plan from its aim to its deletions; how many of the pods before are there no more. */
      const hitBy = async (
        seed: number,
        workload: string,
      ): Promise<[asked: string, wanted: number, hit: number]> => {
        const chance = seededRandom(seed)
        const pods = await thereOf(workload)
        const wanted = 1 + chance.below(5)
        const share = `${Math.ceil((wanted / pods.length) * 10_000) / 100}%`
        const asked = chance.below(2) ? {count: wanted} : {percent: share}
        const pick = chance.pick(['random', 'oldest', 'newest'], 1)[0] ?? ''
        const object = {kind: 'Deployment', name: workload} as const
        const target = {...base, workloads: {[workload]: {replicas: [], pods, object}}}
        const stop = new AbortController()
        const options = {workload, pick, ...asked, force: chance.below(2) === 1}
        const one = faultOf('pod-delete', options, target, {seed, signal: stop.signal})
        await one.inject(await one.prepare())
        stop.abort()
        const left = new Set((await thereOf(workload)).map(({uid}) => uid))
        return [JSON.stringify(options), wanted, pods.filter(({uid}) => !left.has(uid)).length]
      }
      await Promise.all(
        crowds.map(async (workload, lane) => {
          for (let turn = 0; turn < 200 / crowds.length; turn++) {
            const [asked, wanted, hit] = await hitBy(lane * 1_000 + turn, workload)
            expect(hit, asked).toBe(wanted)
          }
        }),
      )
    }, 300_000)

    it('list and plan 1,000 pods in a moment', async () => {
      await stage.kubectl(['scale', 'deployment/crowd-1', '--replicas=1000'])
      await within(
        stage.kubectl([
          'wait',
          '--for=jsonpath={.status.replicas}=1000',
          'deployment/crowd-1',
          '--timeout=120s',
        ]),
        '1,000 pods',
        130_000,
      )
      await eventually('1,000 pods', async () => (await stage.cluster.pods('app=crowd-1')).length === 1_000)
      const began = performance.now()
      const pods = await stage.cluster.pods()
      const listed = performance.now()
      const target = await targetOf(stage, ['crowd-1'])
      const aiming = performance.now()
      const {aim} = faultOf('pod-delete', {workload: 'crowd-1', percent: '10%'}, target)
      const done = performance.now()
      process.stderr.write(
        `── 1,000 pods: listed in ${Math.round(listed - began)} ms, planned in ${Math.round(done - aiming)} ms\n`,
      )
      expect(pods.length).toBeGreaterThanOrEqual(1_000)
      expect(aim.replicas).toHaveLength(100)
      expect(new Set(aim.replicas).size).toBe(100)
      expect(done - aiming + (listed - began)).toBeLessThan(20_000)
    }, 200_000)
  },
)
