import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {Agent, get} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {connectPrometheus} from '../../../src/metrics/prometheus.js'
import type {MetricSource} from '../../../src/metrics/source.js'
import {systemClock} from '../../../src/system/clock.js'
import {countersOf, increaseOfAll} from '../../../src/verdict/counting.js'
import {type RealPrometheus, startRealPrometheus} from '../../fakes/metrics-real-prometheus.js'
import {findTool} from '../components.js'
import {countingManifests} from './counting-service.js'
import {clusterSuite, type Stage} from './stage.js'

const needs = {images: ['node'], creates: 'a Deployment of three pods, a Service'}
const intervalMs = 1_000
const perSecond = 200
const lastsMs = 20_000

const sleep = (ms: number): Promise<void> => systemClock.sleep(ms)

/** An open loop: a request each 5 ms, whatever becomes of those before; counts what was answered. */
const sendLoad = async (url: string): Promise<number> => {
  const agent = new Agent({keepAlive: true, maxSockets: 50})
  const inFlight: Promise<boolean>[] = []
  const ask = (): Promise<boolean> =>
    new Promise((resolve) => {
      const request = get(url, {agent, timeout: 5_000}, (response) => {
        response.resume().once('end', () => resolve(response.statusCode === 200))
      })
      request.once('timeout', () => request.destroy()).once('error', () => resolve(false))
    })
  const startedMs = systemClock.now()
  for (let sent = 0; sent < (perSecond * lastsMs) / 1_000; sent++) {
    const waitMs = startedMs + (sent * 1_000) / perSecond - systemClock.now()
    if (waitMs > 0) await sleep(waitMs)
    inFlight.push(ask())
  }
  const answered = await Promise.all(inFlight)
  agent.destroy()
  return answered.filter(Boolean).length
}

/** Prometheus finds the pods itself, and scrapes those that end for as long as they are there. */
const scrapeConfig = (kubeconfig: string, namespace: string): string =>
  JSON.stringify({
    scrape_configs: [
      {
        job_name: 'counted',
        scrape_interval: '1s',
        scrape_timeout: '900ms',
        kubernetes_sd_configs: [{role: 'pod', kubeconfig_file: kubeconfig, namespaces: {names: [namespace]}}],
        relabel_configs: [
          {source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'http', action: 'keep'},
          {source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod'},
        ],
      },
    ],
  })

/** So many pods have a sample. */
const untilScraped = async (source: MetricSource, pods: number): Promise<void> => {
  for (let left = 120; left > 0; left--) {
    const {answers} = await source.query('count(http_requests_total)', systemClock.now())
    if (answers[0]?.value === pods) return
    await sleep(500)
  }
  throw new Error(`Prometheus does not see ${pods} pods`)
}

const prometheusTool = await findTool('prometheus-3.5')

clusterSuite('counts across the deletion of a pod', needs, (staged) => {
  let stage: Stage
  let prometheus: RealPrometheus
  let source: MetricSource
  let url: string
  let folder: string

  beforeAll(async () => {
    if ('missing' in prometheusTool) throw new Error(prometheusTool.missing)
    stage = staged()
    await stage.apply(...countingManifests('counted'))
    await stage.ready('deployment/counted')
    const port = await stage.kubectl([
      'get',
      'service',
      'counted',
      '-o',
      'jsonpath={.spec.ports[0].nodePort}',
    ])
    url = `http://127.0.0.1:${port}/`
    folder = await mkdtemp(join(tmpdir(), 'shakedown-counts-'))
    const config = join(folder, 'scrape.yaml')
    await writeFile(config, scrapeConfig(stage.kubeconfig, stage.namespace))
    prometheus = await startRealPrometheus(prometheusTool.binary, [], intervalMs, [], {
      scrape_config_files: [config],
    })
    source = await connectPrometheus({url: prometheus.url, selectors: ['http_requests_total']})
    await untilScraped(source, 3)
  })
  afterAll(async () => {
    await source?.close()
    await prometheus?.stop()
    if (folder) await rm(folder, {recursive: true, force: true})
  })

  /** What an instance itself says that it has counted. */
  const ownCount = async (ip: string): Promise<number> => {
    const text = await (await fetch(`http://${ip}:8080/metrics`)).text()
    return Number(/^http_requests_total\{.*\} (\d+)$/m.exec(text)?.[1])
  }
  const ownCounts = async (but?: string): Promise<number> => {
    const pods = (await stage.cluster.pods('app=counted')).filter(({name}) => name !== but)
    const counts = await Promise.all(pods.map(({ip = ''}) => ownCount(ip)))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  it('loses at most 1 % of the events that the instances counted themselves', async () => {
    const startMs = systemClock.now()
    const load = sendLoad(url)
    await sleep(lastsMs / 2)
    const [victim] = await stage.cluster.pods('app=counted')
    const name = victim?.name ?? ''
    const lastWords = stage.kubectl(['logs', '--follow', name])
    const before = await ownCounts()
    const deletedMs = systemClock.now()
    await stage.cluster.deletePod(name, {uid: victim?.uid ?? ''})
    const ofVictim = Number((await lastWords).trim().split('\n').at(-1))
    await stage.ready('deployment/counted')
    const after = (await ownCounts(name)) + ofVictim
    const shortMs = systemClock.now()
    await load
    // The replacement, too, has been found and scraped.
    await untilScraped(source, 3)
    const endMs = systemClock.now() + 2 * intervalMs
    const truth = (await ownCounts(name)) + ofVictim
    await source.caughtUp(endMs)
    const series = await source.samples('http_requests_total', startMs - 10_000, endMs)
    const counters = countersOf(series, source.intervalMs)
    const report = async (what: string, fromMs: number, toMs: number, real: number): Promise<number> => {
      const ours = increaseOfAll(counters, {startMs: fromMs, endMs: toMs}) ?? 0
      const query = `sum(increase(http_requests_total[${Math.round(toMs - fromMs)}ms]))`
      const theirs = (await source.query(query, toMs)).answers[0]?.value ?? 0
      const off = (count: number): string =>
        `${count.toFixed(0)}, ${((100 * (count - real)) / real).toFixed(1)} %`
      process.stderr.write(
        `── ${what}: ${real} counted by the instances; ours ${off(ours)}; increase() ${off(theirs)}\n`,
      )
      return ours
    }
    await report('from the deletion until its replacement is ready', deletedMs, shortMs, after - before)
    const ours = await report('the whole run', startMs, endMs, truth)
    // Half of the load is enough to count: a crowded machine sends it late.
    expect(truth).toBeGreaterThan((0.5 * perSecond * lastsMs) / 1_000)
    // Those of a first try may still be in the window.
    expect(series.length).toBeGreaterThanOrEqual(4)
    expect(Math.abs(ours - truth) / truth).toBeLessThanOrEqual(0.01)
  })
})
