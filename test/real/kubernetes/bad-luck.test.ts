import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {Cluster} from '../../../src/clients/kubernetes/cluster.js'
import {connectCluster} from '../../../src/clients/kubernetes/connect.js'
import {watchReplicas} from '../../../src/run/replica-watch.js'
import type {Pod} from '../../../src/scenarios/kubernetes.js'
import type {Target} from '../../../src/scenarios/target.js'
import {systemClock} from '../../../src/system/clock.js'
import {connectPodWorkloads} from '../../../src/targets/kubernetes/pod-workloads.js'
import {eventually} from '../../contracts/toxiproxy-rig.js'
import {type ApiRelay, startApiRelay} from './api-relay.js'
import {shellPod} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

const environmentError = (message: string, hint: string) =>
  expect.objectContaining({
    name: 'EnvironmentError',
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  })

clusterSuite(
  'bad luck with an API server',
  {images: ['busybox'], creates: 'pods, a ServiceAccount'},
  (staged) => {
    const {signal} = new AbortController()
    let stage: Stage
    let relay: ApiRelay
    let folder: string

    /** The cluster of the stage with something else in its kubeconfig. */
    const kubeconfigWith = async (change: {
      server?: string
      ca?: string
      token?: string
    }): Promise<string> => {
      const whole = await stage.kubectl(['config', 'view', '--raw', '--minify', '-o', 'json'])
      // As kubectl prints it.
      const config = JSON.parse(whole) as {
        clusters: {cluster: Record<string, string>}[]
        users: {user: Record<string, string>}[]
      }
      const [cluster] = config.clusters
      const [user] = config.users
      if (change.server && cluster) cluster.cluster['server'] = change.server
      if (change.ca && cluster) {
        delete cluster.cluster['certificate-authority']
        cluster.cluster['certificate-authority-data'] = change.ca
      }
      if (change.token && user) user.user = {token: change.token}
      const path = join(folder, `${Math.random()}.json`)
      await writeFile(path, JSON.stringify(config))
      return path
    }
    const failureOf = async (
      change: Parameters<typeof kubeconfigWith>[0],
      call: (cluster: Cluster) => Promise<unknown> = (cluster) => cluster.pods(),
    ): Promise<unknown> => {
      const at = {kubeconfig: await kubeconfigWith(change), namespace: stage.namespace}
      const cluster = await connectCluster(at, signal, {patienceMs: 300})
      return await call(cluster).then(
        () => 'no failure',
        (cause: unknown) => cause,
      )
    }

    beforeAll(async () => {
      stage = staged()
      folder = await mkdtemp(join(tmpdir(), 'bad-luck-'))
      relay = await startApiRelay(stage)
      await stage.kubectl(['create', 'serviceaccount', 'nobody'])
    }, 240_000)
    afterAll(() => relay?.close())

    it('is told in one error when there is no cluster, or it is another than the kubeconfig trusts', async () => {
      expect(await failureOf({server: 'https://127.0.0.1:1'})).toEqual(
        environmentError('refuses connections', 'kubectl cluster-info'),
      )
      expect(await failureOf({server: 'https://no-such-host.invalid:6443'})).toEqual(
        environmentError('has no address', ''),
      )
      // Some authority's certificate, only not of this cluster.
      const {rootCertificates} = await import('node:tls')
      const ca = Buffer.from(rootCertificates[0] ?? '').toString('base64')
      expect(await failureOf({ca})).toEqual(environmentError('does not trust', 'take its kubeconfig anew'))
    })

    it('is told with what to do when credentials are tampered with, or a verb is forbidden', async () => {
      const token = (await stage.kubectl(['create', 'token', 'nobody'])).trim()
      const tampered = `${token.slice(0, -6)}AAAAAA`
      expect(await failureOf({token: tampered})).toEqual(environmentError('401', 'Log in again'))
      const forbidden = await failureOf({token})
      expect(forbidden).toEqual(
        environmentError(
          `system:serviceaccount:${stage.namespace}:nobody may not list pods in namespace ${stage.namespace}`,
          'A Role with this rule would allow it:',
        ),
      )
      expect(forbidden).toMatchObject({
        hint: expect.stringMatching(/resources:\n +- pods\n +verbs:\n +- list/),
      })
      // Whether a namespace exists may be a secret to an account with rights inside it alone.
      expect(await failureOf({token}, (cluster) => cluster.checkNamespace())).toBe('no failure')
      expect(await failureOf({token}, (cluster) => cluster.nodes())).toEqual(
        environmentError('may not list nodes in the whole cluster', 'A ClusterRole with this rule'),
      )
    })

    it('passes when the API server is busy for a moment, or resets a connection; what lasts is told', async () => {
      const cluster = await connectCluster(relay.at, signal)
      const {namespace} = stage
      relay.be('busy', 1)
      const startedMs = performance.now()
      expect(await cluster.pods()).toEqual([])
      // As long as the API server asked for.
      expect(performance.now() - startedMs).toBeGreaterThan(900)
      relay.be('reset', 2)
      expect(await cluster.pods()).toEqual([])
      relay.be('reset', 1)
      const map = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'once', namespace}}
      await cluster.objects.apply(map)
      const hasty = await connectCluster(relay.at, signal, {patienceMs: 500, limitMs: 1_000})
      relay.be('busy')
      await expect(hasty.pods()).rejects.toMatchObject({message: expect.stringContaining('429, too many')})
      relay.be('hang')
      await expect(hasty.pods()).rejects.toMatchObject({
        message: expect.stringContaining('did not list the pods within 1 s'),
      })
      relay.be('pass')
      relay.asked()
      const other = {...map, metadata: {name: 'twice', namespace}}
      // So that it knows the API's kinds, and asks for nothing else.
      const patient = await connectCluster(relay.at, signal, {patienceMs: 500})
      await patient.objects.read('v1', 'Pod', 'none')
      relay.be('reset', 1)
      // It may have been made: it is not made again blindly.
      await expect(patient.objects.create(other)).rejects.toMatchObject({name: 'EnvironmentError'})
      expect(relay.asked().filter((one) => one.startsWith('POST'))).toHaveLength(1)
      relay.be('pass')
    })

    it('does not blind a watch for long: it is taken up again when it was cut', async () => {
      const cluster = await connectCluster(relay.at, signal, {patienceMs: 500})
      let last: readonly Pod[] = []
      const sights: boolean[] = []
      const stop = new AbortController()
      const watching = cluster.watchPods(
        'app=seen',
        (pods) => {
          last = pods
        },
        stop.signal,
        (inSight) => sights.push(inSight),
      )
      await stage.apply(shellPod('seen-1', {app: 'seen'}))
      await eventually('the first pod', async () => last.length === 1)
      relay.be('reset')
      relay.cut()
      await eventually('the loss', async () => sights.includes(false))
      await stage.apply(shellPod('seen-2', {app: 'seen'}))
      relay.be('pass')
      await eventually('both pods', async () => last.length === 2)
      expect(sights).toEqual([false, true])
      stop.abort()
      await watching
    })

    it('costs an API server less than five requests per second to be watched through a run', async () => {
      const target: Target = {
        name: 'shop',
        endpoints: {},
        edges: {},
        workloads: {
          seen: {replicas: [], object: {kind: 'selector', selector: 'app=seen'}},
          other: {replicas: [], object: {kind: 'selector', selector: 'app=other'}},
        },
        kubernetes: relay.at,
        metrics: {kind: 'scrape', intervalMs: 1_000, targets: []},
        data: {},
      }
      const cluster = await connectCluster(relay.at, signal)
      const workloads = connectPodWorkloads(target, cluster, undefined)
      const stop = new AbortController()
      const watching = watchReplicas(workloads, systemClock, stop.signal, () => {}, {inCluster: true})
      relay.asked()
      await new Promise((resolve) => setTimeout(resolve, 6_000))
      const asked = relay.asked()
      stop.abort()
      await watching.catch(() => {})
      process.stderr.write(`a run that watches two workloads for 6 s asks ${asked.length} times\n`)
      expect(asked.length).toBeGreaterThan(0)
      expect(asked.length / 6).toBeLessThan(5)
    })
  },
)
