import {existsSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {wallClock} from '../../src/system/clock.js'
import {sharedQueries} from '../contracts/prometheus-answers.js'
import {prometheusApiContract} from '../contracts/prometheus-api.js'
import {contractData} from '../contracts/prometheus-api-data.js'
import {prometheusWriteContract} from '../contracts/prometheus-write.js'
import {startExporter} from '../fakes/metrics-exporter.js'
import {
  prometheusVersion,
  type RealPrometheus,
  startRealPrometheus,
} from '../fakes/metrics-real-prometheus.js'
import {startTestServer} from '../fakes/metrics-server.js'
import {remoteWrite} from '../fakes/remote-write.js'

const cacheHome = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const tools = process.env['SHAKEDOWN_TOOLS'] ?? join(cacheHome, 'shakedown-tools')
const binary = join(tools, 'prometheus-3.5.0', 'prometheus')
const receiver = ['--web.enable-remote-write-receiver']
const startReal = (): Promise<RealPrometheus> => startRealPrometheus(binary, [], 1000, receiver)

/** An answer as text in a fixed order, with numbers cut to nine digits: sums may be taken in another order. */
const comparable = (body: string): unknown =>
  JSON.parse(body, (key, value) => {
    if (key === 'result' && Array.isArray(value) && value.some((one) => 'metric' in Object(one)))
      return [...value].sort((a, b) => (JSON.stringify(a.metric) < JSON.stringify(b.metric) ? -1 : 1))
    const isNumber = typeof value === 'string' && value !== '' && Number.isFinite(Number(value))
    return isNumber ? Number(value).toPrecision(9) : value
  })

if (!existsSync(binary) || prometheusVersion(binary) !== '3.5') {
  process.stderr.write('SKIPPED: Prometheus 3.5 is not installed. Install it with tools/prometheus-3.5\n')
  describe('Prometheus 3.5', () => {
    it.skip('is not installed: run tools/prometheus-3.5, then test again', () => {})
  })
} else {
  prometheusApiContract('Prometheus 3.5', {start: startReal})
  prometheusWriteContract('Prometheus 3.5', {start: startReal})

  describe('the embedded metrics server beside Prometheus 3.5', () => {
    const baseS = Math.floor(wallClock.now() / 60_000) * 60
    const stops: (() => Promise<void>)[] = []
    let urls: string[] = []

    beforeAll(async () => {
      const real = await startReal()
      stops.push(real.stop)
      const own = await startTestServer()
      stops.push(own.close)
      urls = [real.url, own.url]
      for (const url of urls) expect(await remoteWrite(url, contractData(baseS))).toMatchObject({status: 204})
    })
    afterAll(async () => {
      for (const stop of stops) await stop()
    })

    const answers = async (path: string, parameters: Record<string, string>): Promise<unknown[]> =>
      Promise.all(
        urls.map(async (url) =>
          comparable(await (await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)).text()),
        ),
      )

    it.each(sharedQueries)('answers %s at one time alike', async (query) => {
      for (const offset of [0, 7, -300]) {
        const [real, own] = await answers('query', {query, time: String(baseS + offset)})
        expect(own).toEqual(real)
      }
    })

    it.each(sharedQueries)('answers %s over a range alike', async (query) => {
      const range = {start: String(baseS - 400), end: String(baseS + 330), step: '13'}
      const [real, own] = await answers('query_range', {query, ...range})
      expect(own).toEqual(real)
    })
  })

  describe('the embedded metrics server as the store behind a Prometheus 3.5', () => {
    it('receives what that Prometheus scrapes', async () => {
      const own = await startTestServer()
      let count = 0
      const body = (): string =>
        Array.from(
          {length: 300},
          (_, i) => `work_total{path="/p/${i}",node="n${i % 3}"} ${count + i}\n`,
        ).join('')
      const exporter = await startExporter(() => {
        count++
        return body()
      })
      const target = {url: exporter.url, labels: {job: 'worker', instance: `127.0.0.1:${exporter.port}`}}
      const writing = {
        remote_write: [{url: `${own.url}/api/v1/write`, queue_config: {batch_send_deadline: '500ms'}}],
      }
      const real = await startRealPrometheus(binary, [target], 500, [], writing)
      try {
        const ask = async (url: string, query: string, time: number): Promise<unknown> =>
          comparable(
            await (
              await fetch(`${url}/api/v1/query?${new URLSearchParams({query, time: String(time)})}`)
            ).text(),
          )
        const untilMs = wallClock.now() + 60_000
        const enough = 'count(count_over_time(work_total[1m]) >= 6)'
        const seen = async (): Promise<string> =>
          JSON.stringify(await ask(own.url, enough, wallClock.now() / 1000))
        while (!(await seen()).includes('300.000000') && wallClock.now() < untilMs) await wallClock.sleep(250)
        // What is two seconds old has been sent, or is about to be.
        await wallClock.sleep(2500)
        const time = Math.floor(wallClock.now() / 1000) - 2
        for (const query of [
          'work_total',
          'sum by (node) (increase(work_total[1m]))',
          'up',
          'work_total[3s]',
        ])
          await expect.poll(() => ask(own.url, query, time)).toEqual(await ask(real.url, query, time))
        expect(await seen()).toContain('300.000000')
      } finally {
        await real.stop()
        await exporter.close()
        await own.close()
      }
    })
  })
}
