import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {request as send} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {z} from 'zod'
import type {Fault} from '../../../src/faults/fault.js'
import {openJournal} from '../../../src/run/undo/journal.js'
import {readJournal} from '../../../src/run/undo/leftovers.js'
import {restoreRun} from '../../../src/run/undo/restore-run.js'
import type {Reach, Target} from '../../../src/scenarios/target.js'
import type {Json} from '../../../src/system/json.js'
import {type ReachedTarget, reachTarget} from '../../../src/targets/kubernetes/reach.js'
import {eventually} from '../../contracts/toxiproxy-rig.js'
import {service, webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

/** Port 81 leads to nobody, `named` to a port of the pods by name. */
const namedService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'named'},
  spec: {selector: {app: 'web'}, ports: [{name: 'nobody', port: 81, targetPort: 9}]},
}

const get = async (url: string, limitMs = 10_000): Promise<string> => {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), limitMs)
  try {
    const response = await fetch(url, {signal: stop.signal})
    return `${response.status} ${(await response.text()).trim()}`
  } finally {
    clearTimeout(timer)
  }
}

clusterSuite(
  'ways into a real cluster',
  {images: ['busybox'], creates: 'a Deployment, Services'},
  (staged) => {
    let stage: Stage
    let reached: ReachedTarget

    const targetWith = (...reach: Reach[]): Target => ({
      name: 'shop',
      endpoints: {forwarded: 'http://web.shop.svc:80', proxied: 'http://web.shop.svc:80', nobody: 'http://x'},
      edges: {},
      workloads: {},
      kubernetes: {
        kubeconfig: stage.kubeconfig,
        context: stage.context,
        namespace: stage.namespace,
        reach,
      },
      metrics: {kind: 'prometheus', url: 'http://web.shop.svc:80'},
      data: {},
    })
    const open = async (...reach: Reach[]): Promise<ReachedTarget> =>
      await reachTarget(targetWith(...reach), new AbortController().signal)
    const addressOf = (name: string): string => reached.target.endpoints[name] ?? ''

    beforeAll(async () => {
      stage = staged()
      await stage.apply(webDeployment('web', 2), service('web'), namedService)
      await stage.ready('deployment/web')
      reached = await open(
        {address: 'endpoints.forwarded', service: 'web', port: 80, by: 'port-forward'},
        {address: 'endpoints.proxied', service: 'web', port: 80, by: 'service-proxy'},
        {address: 'endpoints.nobody', service: 'named', port: 81, by: 'port-forward'},
        {address: 'prometheus', service: 'web', port: 80, by: 'port-forward'},
      )
    }, 240_000)
    afterAll(() => reached?.close())

    it('are addresses of this machine that lead to a service, by port-forward and by service proxy', async () => {
      expect(addressOf('forwarded')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(reached.target.metrics).toMatchObject({url: addressOf('forwarded')})
      expect(await get(addressOf('forwarded'))).toBe('200 hello')
      expect(await get(addressOf('proxied'))).toBe('200 hello')
      expect(await get(`${addressOf('proxied')}/no-such-page`)).toMatch(/^404/)
    })

    it('carry many requests at once, over new connections', async () => {
      const urls = Array.from({length: 40}, (_, index) =>
        addressOf(index % 2 === 0 ? 'forwarded' : 'proxied'),
      )
      const answers = await Promise.all(urls.map((url) => get(url)))
      expect(new Set(answers)).toEqual(new Set(['200 hello']))
    })

    it('end a connection to a port that nobody listens on, instead of leaving it to hang', async () => {
      await expect(get(addressOf('nobody'))).rejects.toThrow('fetch failed')
    })

    it('cut what led to a pod that is gone, and find another', async () => {
      const url = new URL(addressOf('forwarded'))
      // A connection that is open and says nothing: it would hang for ever.
      const idle = send({host: url.hostname, port: url.port, path: '/', headers: {connection: 'keep-alive'}})
      const ended = new Promise<void>((resolve) => {
        idle.on('error', () => resolve()).on('close', () => resolve())
      })
      idle.setHeader('content-length', '10')
      idle.write('x')
      await new Promise((resolve) => setTimeout(resolve, 500))
      for (const {name, uid} of await stage.cluster.pods('app=web')) {
        await stage.cluster.deletePod(name, {uid, graceSeconds: 0})
      }
      await ended
      await eventually('an answer of a new pod', async () => {
        return (await get(addressOf('forwarded')).catch(() => '')) === '200 hello'
      })
    })

    it('are opened anew when a run is restored whose own ended with it', async () => {
      const state = await mkdtemp(join(tmpdir(), 'reach-'))
      const dead = targetWith({address: 'endpoints.forwarded', service: 'web', port: 80, by: 'port-forward'})
      const journal = await openJournal(state, 'run-reach-1', dead, false)
      await journal.append({entry: 'intent', id: 'f1', fault: 'asks', inverse: {}})
      await journal.close(true)
      // As if the run had been killed: its process is no more.
      const text = await readFile(journal.path, 'utf8')
      await writeFile(journal.path, text.replace(`"pid":${process.pid}`, '"pid":4194303'))
      const read = await readJournal(journal.path)
      if (read === undefined || !('leftover' in read)) throw new Error('no leftover')
      const answers: string[] = []
      const asks: Fault = {
        summary: '',
        example: '',
        options: z.custom<Json>(),
        aim: () => ({edges: [], replicas: [], does: '', undo: ''}),
        prepare: async () => null,
        inject: async () => {},
        observe: async () => ({bit: 'unknown', observations: [], numbers: {}}),
        undo: async (_, {target}) => {
          answers.push(await get(target.endpoints['forwarded'] ?? ''))
        },
        remedy: () => '',
      }
      const {residual} = await restoreRun(read.leftover, {
        stateDirectory: state,
        faults: {asks},
        by: 'restore',
      })
      expect(residual).toEqual([])
      expect(answers).toEqual(['200 hello'])
      await rm(state, {recursive: true, force: true})
    })

    it('are refused when there is no such service or port, and gone once closed', async () => {
      const way = {address: 'endpoints.forwarded', by: 'port-forward'} as const
      await expect(open({...way, service: 'wep', port: 80})).rejects.toMatchObject({
        message: expect.stringContaining('There is no service wep'),
        hint: `Which ones there are: kubectl -n ${stage.namespace} get services`,
      })
      await expect(open({...way, service: 'web', port: 8080})).rejects.toMatchObject({
        message: expect.stringContaining('has no port 8080'),
        hint: 'It has 80.',
      })
      const once = await open({...way, service: 'web', port: 80})
      const url = once.target.endpoints['forwarded'] ?? ''
      expect(await get(url)).toBe('200 hello')
      await once.close()
      await expect(get(url)).rejects.toThrow('fetch failed')
    })
  },
)
