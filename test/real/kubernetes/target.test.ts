import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {describeTarget, openTarget, type TargetRequest} from '../../../src/run/open-target.js'
import {openWorld} from '../../../src/run/open-world.js'
import type {RunEvent} from '../../../src/run/record.js'
import {watchReplicas} from '../../../src/run/replica-watch.js'
import {systemClock} from '../../../src/system/clock.js'
import {connectPodWorkloads} from '../../../src/targets/kubernetes/pod-workloads.js'
import {eventually} from '../../contracts/toxiproxy-rig.js'
import {webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

const needs = {images: ['busybox'], creates: 'Deployments', rights: ['nodes'] as const}

clusterSuite('a target in a real cluster', needs, (staged) => {
  let stage: Stage
  let folder: string
  const {signal} = new AbortController()

  const fileOf = async (workloads: string, more = ''): Promise<TargetRequest> => {
    const text = `
name: shop
endpoints: {shop: "http://127.0.0.1:1"}
kubernetes: {kubeconfig: ${stage.kubeconfig}, namespace: ${stage.namespace}${more}}
workloads: ${workloads}
metrics: {scrape: {targets: [{url: "http://127.0.0.1:1/metrics", labels: {job: shop}}]}}
`
    const name = join(folder, `${Math.random()}.yaml`)
    await writeFile(name, text)
    return {name, folder, seed: 1, signal}
  }

  beforeAll(async () => {
    stage = staged()
    folder = await mkdtemp(join(tmpdir(), 'target-'))
    process.env['SHAKEDOWN_STATE'] = join(folder, 'state')
    process.env['XDG_CONFIG_HOME'] = join(folder, 'config')
    await stage.apply(webDeployment('web', 2), webDeployment('cart', 1))
    await Promise.all([stage.ready('deployment/web'), stage.ready('deployment/cart')])
  }, 60_000)

  afterAll(async () => {
    delete process.env['SHAKEDOWN_STATE']
    delete process.env['XDG_CONFIG_HOME']
    await rm(folder, {recursive: true, force: true})
  })

  it('has the pods of its workloads, and names that mean the same place in another shell', async () => {
    const target = await describeTarget(
      await fileOf('{web: {deployment: web}, cart: {selector: "app=cart"}}'),
    )
    const {web, cart} = target.workloads
    expect(web?.replicas).toHaveLength(2)
    expect(web?.pods?.map(({name}) => name)).toEqual(web?.replicas)
    expect(cart?.replicas).toHaveLength(1)
    expect(target.kubernetes).toMatchObject({
      context: stage.context,
      server: expect.stringMatching(/^https:/),
    })
    expect(target.kubernetes?.pods).toHaveLength(3)
    expect(target.kubernetes?.nodes?.length).toBeGreaterThan(0)
    const elsewhere = {...target.kubernetes, namespace: 'x', server: 'https://10.0.0.1'}
    const world = openWorld({...target, kubernetes: elsewhere}, 'r', systemClock, signal)
    await expect(world.cluster().pods()).rejects.toThrow('now, and to https://10.0.0.1 before')
  })

  it('is refused when a workload, its pods, or the namespace are not there, or when all pods are meant', async () => {
    const refused = async (workloads: string, more?: string): Promise<unknown> =>
      await describeTarget(await fileOf(workloads, more)).then(
        () => 'taken',
        (cause: unknown) => cause,
      )
    const user = (message: string) =>
      expect.objectContaining({name: 'UserError', message: expect.stringContaining(message)})
    expect(await refused('{web: {deployment: wep}}')).toEqual(
      user('workloads.web: there is no deployment wep'),
    )
    expect(await refused('{web: {selector: "app=wep"}}')).toEqual(user('its selector matches no pod'))
    expect(await refused('{web: {selector: "app"}, cart: {deployment: cart}}')).toEqual(
      user('its selector matches every pod of the namespace, all 3'),
    )
    expect(await refused('{web: {selector: "app"}}')).toBe('taken')
    expect(await refused('{web: {deployment: web}}', ', context: elsewhere')).toEqual(
      expect.objectContaining({name: 'UserError', hint: expect.stringContaining(stage.context)}),
    )
    const nowhere = `no-such-${stage.namespace}`
    // An account of one namespace cannot know whether another exists: it is told what it may not.
    for (const [kubeconfig, says] of [
      [stage.admin, `There is no namespace ${nowhere}`],
      [stage.kubeconfig, `shakedown may not list pods in namespace ${nowhere}`],
    ]) {
      const request = await fileOf('{}')
      await writeFile(
        request.name,
        `{name: n, endpoints: {a: "http://b"}, kubernetes: {kubeconfig: ${kubeconfig}, namespace: ${nowhere}}, metrics: {prometheus: "http://p"}}`,
      )
      await expect(describeTarget(request)).rejects.toMatchObject({
        name: 'EnvironmentError',
        message: expect.stringContaining(says ?? ''),
      })
    }
  })

  it('is opened for a run only when its context was said aloud once, or stands in the config', async () => {
    const request = await fileOf('{web: {deployment: web}}', `, context: ${stage.context}`)
    await expect(openTarget(request)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('nobody has named it'),
      hint: expect.stringContaining(`--context ${stage.context}`),
    })
    const opened = await openTarget({...request, context: stage.context})
    await opened.close()
    const again = await openTarget(request)
    await again.close()
    expect(again.target.workloads['web']?.replicas).toHaveLength(2)
  })

  it('tells when a pod goes and another comes, at next to no cost for the API server', async () => {
    const target = await describeTarget(await fileOf('{web: {deployment: web}}'))
    const workloads = connectPodWorkloads(target, stage.cluster, undefined)
    const events: RunEvent[] = []
    const stop = new AbortController()
    const watching = watchReplicas(workloads, systemClock, stop.signal, (event) => events.push(event), {
      inCluster: true,
    })
    const said = () => events.flatMap((one) => (one.event === 'replica' ? [one] : []))
    await eventually('the first look', async () => said().length === 2)
    expect(said().every(({workload, state, pid}) => workload === 'web' && state === 'ready' && pid > 0)).toBe(
      true,
    )
    const [victim] = target.workloads['web']?.pods ?? []
    if (!victim) throw new Error('no pod')
    await stage.cluster.deletePod(victim.name, {uid: victim.uid, graceSeconds: 0})
    await eventually('its end and the new one', async () => {
      const ended = said().some(({replica, pid}) => replica === victim.name && pid === 0)
      const names = target.workloads['web']?.replicas ?? []
      return ended && said().some(({replica, state}) => !names.includes(replica) && state === 'ready')
    })
    stop.abort()
    await watching.catch(() => {})
    await expect(workloads.signal(victim.name, 'SIGKILL')).rejects.toThrow('not possible on a pod')
    await expect(workloads.switches()).rejects.toThrow('has no control API')
  })
})
