import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import type {MetricsServer} from '../../src/metrics/server/start.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {systemClock} from '../../src/system/clock.js'
import {startTestServer} from '../fakes/metrics-server.js'
import {remoteWrite} from '../fakes/remote-write.js'
import {ofData} from '../matrix/matrix.js'
import {apart} from '../matrix/shift.js'
import {judgedFrom, subjectsOfSources} from '../real/matrix-rig.js'

const cases = ofData(subjectsOfSources)
// The runs ended a moment ago: the store takes no samples from the future.
const startMs = Math.floor(systemClock.now() / 1000) * 1000 - 120_000
const hour = 3_600_000

/** The embedded store and its PromQL, asked as a Prometheus is. */
describe('bad data in the embedded store', () => {
  let server: MetricsServer
  let source: MetricSource
  const made = cases.map((one, number) => apart(one, number, startMs))

  beforeAll(async () => {
    server = await startTestServer(
      {
        queryLimits: {timeoutMs: 60_000, maxSamples: 50_000_000},
        storeLimits: {retentionMs: 3 * hour, maxBytes: 1e9, maxSamples: 50_000_000, maxSeries: 200_000},
        onWarning: () => {},
      },
      {intervalMs: 500, jobs: []},
    )
    for (const {record} of made) {
      const {status, text} = await remoteWrite(server.url, record.series)
      // What it refuses (samples from the future) is missing, as it would be.
      if (status >= 300 && !/future|too old|out of/i.test(text))
        throw new Error(`remote write: ${status} ${text}`)
    }
    source = await connectPrometheus({url: server.url})
  })

  afterAll(async () => {
    await source.close()
    await server.close()
  })

  it.each(cases.map(({what, expected}, number) => ({what, number, expected})))(
    '$what: $expected',
    async ({number, expected}) => {
      const case_ = made[number]
      if (!case_) throw new Error('no such case')
      const {got, reason} = await judgedFrom(source, number, case_)
      expect(got, reason).toBe(expected)
      expect(reason).not.toBe('')
    },
  )
})
