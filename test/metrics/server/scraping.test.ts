import {afterEach, describe, expect, it} from 'vitest'
import {parseMetricsConfig} from '../../../src/metrics/server/config.js'
import type {MetricsServer} from '../../../src/metrics/server/start.js'
import {systemClock} from '../../../src/system/clock.js'
import {type Exporter, startExporter} from '../../fakes/metrics-exporter.js'
import {startTestServer} from '../../fakes/metrics-server.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const exporterOf = async (body: string | (() => string)): Promise<Exporter> => {
  const exporter = await startExporter(body)
  closers.push(exporter.close)
  return exporter
}

const scraping = async (config: string): Promise<MetricsServer> => {
  const server = await startTestServer({}, parseMetricsConfig('test.yml', config))
  closers.push(server.close)
  return server
}

/** The `data` of an answer of the API. */
const get = async ({url}: MetricsServer, path: string): Promise<unknown> => {
  const response = await fetch(`${url}/api/v1/${path}`)
  // Every answer of the API has this shape.
  const {data} = (await response.json()) as {data: unknown}
  return data
}

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const limitMs = systemClock.now() + 20_000
  while (!(await holds())) {
    if (systemClock.now() > limitMs) throw new Error('did not come to hold within 20 s')
    await systemClock.sleep(50)
  }
}

const values = async (server: MetricsServer, query: string): Promise<string[]> => {
  // A vector, as all expressions asked here answer one.
  const {result} = (await get(server, `query?query=${encodeURIComponent(query)}`)) as {
    result: {value: [number, string]}[]
  }
  return result.map(({value: [, text]}) => text)
}

describe('the scraper of the metrics server', () => {
  it('scrapes each job at its own interval, with its path, parameters and labels', async () => {
    const exporter = await exporterOf(
      '# TYPE work_total counter\n# HELP work_total Work done.\nwork_total{kind="a"} 5\n',
    )
    const server = await scraping(`
scrape_configs:
  - job_name: fast
    scrape_interval: 250ms
    static_configs: [{targets: ["127.0.0.1:${exporter.port}"], labels: {zone: z1}}]
  - job_name: slow
    scrape_interval: 1s
    metrics_path: /probe
    params: {module: [m1]}
    static_configs: [{targets: ["127.0.0.1:${exporter.port}"]}]
`)
    await until(async () => (await values(server, 'count_over_time(up{job="slow"}[1m]) >= 2')).length === 1)
    const counts = await values(
      server,
      'count_over_time(up{job="fast"}[1m]) / ignoring(job, zone) count_over_time(up{job="slow"}[1m])',
    )
    expect(Number(counts[0])).toBeGreaterThan(1.5)
    expect(exporter.requests.map(({url}) => url)).toEqual(
      expect.arrayContaining(['/metrics', '/probe?module=m1']),
    )
    const instance = `127.0.0.1:${exporter.port}`
    const series = [
      {__name__: 'work_total', instance, job: 'fast', kind: 'a', zone: 'z1'},
      {__name__: 'work_total', instance, job: 'slow', kind: 'a'},
    ]
    // In the order of their first scrape, which chance decides.
    const known = await get(server, 'series?match[]=work_total')
    expect(known).toHaveLength(series.length)
    expect(known).toEqual(expect.arrayContaining(series))
    expect(await get(server, 'metadata')).toEqual({
      work_total: [{type: 'counter', help: 'Work done.', unit: ''}],
    })
    expect(await get(server, 'metadata?metric=nothing')).toEqual({})
  })

  it('says of each target how its last scrape went', async () => {
    const good = await exporterOf('a 1\n')
    const bad = await exporterOf('<html>')
    const server = await scraping(`
scrape_configs:
  - job_name: both
    scrape_interval: 250ms
    static_configs: [{targets: ["127.0.0.1:${good.port}", "127.0.0.1:${bad.port}"]}]
`)
    await until(async () => (await values(server, 'up')).length === 2)
    expect(await get(server, 'targets')).toMatchObject({
      activeTargets: [
        {
          labels: {instance: `127.0.0.1:${good.port}`, job: 'both'},
          scrapePool: 'both',
          scrapeUrl: good.url,
          lastError: '',
          lastScrape: expect.stringMatching(/^\d{4}-/),
          lastScrapeDuration: expect.any(Number),
          health: 'up',
          scrapeInterval: '250ms',
          scrapeTimeout: '250ms',
        },
        {scrapeUrl: bad.url, lastError: expect.stringContaining('line 1'), health: 'down'},
      ],
      droppedTargets: [],
    })
    expect(await get(server, 'targets?state=dropped')).toMatchObject({activeTargets: []})
    expect(await get(server, 'status/config')).toMatchObject({
      yaml: expect.stringContaining('job_name: both'),
    })
    expect((await values(server, 'up')).sort()).toEqual(['0', '1'])
  })

  it('gives up on a target at the limit of its job, not before', async () => {
    const slow = await exporterOf('')
    slow.answer((_, response) => setTimeout(() => response.end('a 1\n'), 500))
    const server = await scraping(`
global: {scrape_interval: 2s}
scrape_configs:
  - {job_name: hasty, scrape_timeout: 100ms, static_configs: [{targets: ["127.0.0.1:${slow.port}"]}]}
  - {job_name: patient, static_configs: [{targets: ["127.0.0.1:${slow.port}"]}]}
`)
    await until(async () => (await values(server, 'up')).length === 2)
    expect(await values(server, 'up{job="hasty"}')).toEqual(['0'])
    expect(await values(server, 'up{job="patient"}')).toEqual(['1'])
  })

  it('closes with a scrape under way', async () => {
    const silent = await exporterOf('')
    silent.answer(() => {})
    const server = await scraping(`
scrape_configs:
  - {job_name: silent, scrape_interval: 250ms, static_configs: [{targets: ["127.0.0.1:${silent.port}"]}]}
`)
    await until(async () => silent.requests.length > 0)
    const seen = silent.requests.length
    const broken = new Promise((resolve) => silent.requests.at(-1)?.once('close', resolve))
    await server.close()
    await server.close()
    await broken
    await systemClock.sleep(600)
    expect(silent.requests).toHaveLength(seen)
    await expect(fetch(server.url)).rejects.toThrow()
  })
})
