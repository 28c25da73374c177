import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {Agent, get} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {connectPrometheus} from '../../../src/metrics/prometheus.js'
import type {MetricSource} from '../../../src/metrics/source.js'
import {systemClock} from '../../../src/system/clock.js'
import {countersOf, increaseOfAll} from '../../../src/verdict/counting.js'
import type {Window} from '../../../src/verdict/windows.js'
import {type RealPrometheus, startRealPrometheus} from '../../fakes/metrics-real-prometheus.js'
import {findTool} from '../components.js'
import {countingManifests} from './counting-service.js'
import {clusterSuite, type Stage} from './stage.js'

const needs = {images: ['node'], creates: 'a Deployment of three pods, a Service'}
/** What the run is judged by, and what others scrape at, of the same pods at the same time. */
const intervalMs = 1_000
const intervalsS = [1, 5, 15]
const perSecond = 200
const lastsMs = 20_000

const sleep = (ms: number): Promise<void> => systemClock.sleep(ms)

type Counts = {200: number; 503: number}
const plus = (one: Counts, other: Counts): Counts => ({
  200: one[200] + other[200],
  503: one[503] + other[503],
})

/** An open loop: a request each 5 ms, whatever becomes of those before. */
const sendLoad = async (url: string): Promise<void> => {
  const agent = new Agent({keepAlive: true, maxSockets: 50})
  const inFlight: Promise<void>[] = []
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      const request = get(url, {agent, timeout: 5_000}, (response) => {
        response.resume().once('end', resolve)
      })
      request.once('timeout', () => request.destroy()).once('error', () => resolve())
    })
  const startedMs = systemClock.now()
  for (let sent = 0; sent < (perSecond * lastsMs) / 1_000; sent++) {
    const waitMs = startedMs + (sent * 1_000) / perSecond - systemClock.now()
    if (waitMs > 0) await sleep(waitMs)
    inFlight.push(ask())
  }
  await Promise.all(inFlight)
  agent.destroy()
}

/** Prometheus finds the pods itself, and scrapes those that end for as long as they are there. */
const scrapeConfig = (kubeconfig: string, namespace: string): string =>
  JSON.stringify({
    scrape_configs: intervalsS.map((seconds) => ({
      job_name: `every-${seconds}s`,
      scrape_interval: `${seconds}s`,
      scrape_timeout: '900ms',
      kubernetes_sd_configs: [{role: 'pod', kubeconfig_file: kubeconfig, namespaces: {names: [namespace]}}],
      relabel_configs: [
        {source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'http', action: 'keep'},
        {source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod'},
      ],
    })),
  })

/** So many pods have a sample in each job. */
const untilScraped = async (source: MetricSource, pods: number): Promise<void> => {
  for (let left = 120; left > 0; left--) {
    // A look back that is longer than the slowest scrapes.
    const query = 'count by (job) (count_over_time(http_requests_total{code="200"}[20s]))'
    const {answers} = await source.query(query, systemClock.now())
    if (answers.length === intervalsS.length && answers.every(({value}) => value === pods)) return
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
  const ownCount = async (ip: string): Promise<Counts> => {
    const text = await (await fetch(`http://${ip}:8080/metrics`)).text()
    const of = (code: number): number =>
      Number(new RegExp(`^http_requests_total\\{code="${code}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
    return {200: of(200), 503: of(503)}
  }
  const ownCounts = async (but?: string): Promise<Counts> => {
    const pods = (await stage.cluster.pods('app=counted')).filter(({name}) => name !== but)
    const counts = await Promise.all(pods.map(({ip = ''}) => ownCount(ip)))
    return counts.reduce(plus, {200: 0, 503: 0})
  }

  /** What our counting makes of the samples of a job, and what increase() does. */
  const counted = async (seconds: number, code: string, {startMs, endMs}: Window) => {
    const metric = `http_requests_total{job="every-${seconds}s"}`
    // As in a record, all series of an instance are there: which were born is seen by the others.
    const series = await source.samples(metric, startMs - 20_000, endMs)
    const wanted = new RegExp(`^${code}$`)
    const counters = countersOf(series, seconds * 1_000).filter(({labels}) =>
      wanted.test(labels['code'] ?? ''),
    )
    const ours = increaseOfAll(counters, {startMs, endMs}) ?? 0
    const range = `${Math.round(endMs - startMs)}ms`
    const query = `sum(increase(http_requests_total{job="every-${seconds}s",code=~"${code}"}[${range}]))`
    const theirs = (await source.query(query, endMs)).answers[0]?.value ?? 0
    return {ours, theirs}
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
    // Its own last line, as the program has it.
    const ofVictim = JSON.parse((await lastWords).trim().split('\n').at(-1) ?? '') as Counts
    await stage.ready('deployment/counted')
    await load
    // The replacement, too, has been found, and all are scraped once more since the last request, by the slowest as well.
    await sleep(Math.max(...intervalsS) * 1_000 + 2_000)
    const endMs = systemClock.now() + 2 * intervalMs
    const truth = plus(await ownCounts(name), ofVictim)
    await source.caughtUp(endMs)
    const run = {startMs, endMs}
    const since = {startMs: deletedMs, endMs}
    const all = truth[200] + truth[503]
    const wide = await counted(1, '.*', run)
    const bad = await counted(1, '503', run)
    const windows = [
      ['the whole run, all', '.*', run, all],
      ['since the deletion, all', '.*', since, all - before[200] - before[503]],
      ['since the deletion, 503', '503', since, truth[503]],
    ] as const
    const off = (count: number, real: number): string =>
      `${count.toFixed(0)} (${((100 * (count - real)) / real).toFixed(1)} %)`
    for (const [what, code, window, real] of windows)
      for (const seconds of real > 0 ? intervalsS : []) {
        const {ours, theirs} = await counted(seconds, code, window)
        process.stderr.write(
          `── ${what}, scraped every ${seconds} s: ${real} by the instances; ours ${off(ours, real)}; increase() ${off(theirs, real)}\n`,
        )
      }
    // Half of the load is enough to count: a crowded machine sends it late.
    expect(all).toBeGreaterThan((0.5 * perSecond * lastsMs) / 1_000)
    expect(Math.abs(wide.ours - all) / all).toBeLessThanOrEqual(0.01)
    // The errors of a pod that ends are a series that is born with them; how many there are is chance, none at times.
    expect(Math.abs(bad.ours - truth[503])).toBeLessThanOrEqual(Math.max(1, 0.01 * truth[503]))
  })
})
