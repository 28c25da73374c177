import {existsSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import {systemClock} from '../../src/system/clock.js'
import {metricSourceContract, type SourceUnderTest} from '../contracts/metric-source.js'
import {startExporter} from '../fakes/metrics-exporter.js'
import {prometheusVersion, startRealPrometheus} from '../fakes/metrics-real-prometheus.js'
import {scrapesOf, untilSampled} from '../fakes/metrics-system.js'

const cacheHome = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const tools = process.env['SHAKEDOWN_TOOLS'] ?? join(cacheHome, 'shakedown-tools')

const servers = [
  {
    version: '3.5',
    binary: join(tools, 'prometheus-3.5.0', 'prometheus'),
    rangeStart: 'open',
    install: 'tools/prometheus-3.5',
  },
  {version: '2.42', binary: '/usr/bin/prometheus', rangeStart: 'closed', install: 'tools/prometheus-2.42'},
] as const

const bornInWindow = [
  'increase(restarted_total[20s])',
  'sum(increase(ticks_total[1m]))',
  'increase(late_total[20s])',
]

const underTest = (binary: string, rangeStart: SourceUnderTest['rangeStart']): SourceUnderTest => ({
  kind: 'prometheus',
  rangeStart,
  differsOn: rangeStart === 'closed' ? bornInWindow : [],
  showsStaleness: false,
  start: async (targets, intervalMs) => {
    const server = await startRealPrometheus(binary, targets, intervalMs)
    // Connecting learns the interval from samples, so there must be some.
    await untilSampled(server.url, targets.length)
    const source = await connectPrometheus({url: server.url})
    return {
      source,
      stop: async () => {
        await source.close()
        await server.stop()
      },
    }
  },
})

for (const {version, binary, rangeStart, install} of servers) {
  if (!existsSync(binary) || prometheusVersion(binary) !== version) {
    process.stderr.write(`SKIPPED: Prometheus ${version} is not installed. Install it with ${install}\n`)
    describe(`Prometheus ${version}`, () => {
      it.skip(`is not installed: run ${install}, then test again`, () => {})
    })
    continue
  }
  metricSourceContract(`Prometheus ${version}`, underTest(binary, rangeStart))

  describe(`Prometheus ${version}`, () => {
    it('hands out a window in halves when it holds too many samples for one query', async () => {
      const exporter = await startExporter(Array.from({length: 100}, (_, i) => `a{i="${i}"} 1\n`).join(''))
      const targets = [{url: exporter.url, labels: {job: 'many'}}]
      const server = await startRealPrometheus(binary, targets, 500, ['--query.max-samples=400'])
      const source = await connectPrometheus({url: server.url})
      try {
        const fromMs = systemClock.now()
        await scrapesOf(exporter, 12)
        const toMs = systemClock.now()
        await source.caughtUp(toMs)
        const series = await source.samples('a', fromMs, toMs)
        expect(series).toHaveLength(100)
        for (const {t} of series) {
          // Far more than the limit in all, though a busy machine may miss a scrape.
          expect(t.length).toBeGreaterThanOrEqual(8)
          expect(t).toEqual([...new Set(t)].sort((x, y) => x - y))
        }
      } finally {
        await source.close()
        await server.stop()
        await exporter.close()
      }
    })

    it('describes itself by its version', async () => {
      const server = await startRealPrometheus(binary, [], 1000)
      const source = await connectPrometheus({url: server.url})
      try {
        expect(await source.describe()).toMatch(new RegExp(`^${server.url}, Prometheus ${version}`))
        expect(source.intervalMs).toBe(1000)
      } finally {
        await source.close()
        await server.stop()
      }
    })
  })
}
