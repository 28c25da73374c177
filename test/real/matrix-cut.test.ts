import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {systemClock} from '../../src/system/clock.js'
import {type Cut, type CuttingGateway, startCuttingGateway} from '../fakes/cutting-gateway.js'
import {type RealPrometheus, startRealPrometheus} from '../fakes/metrics-real-prometheus.js'
import {remoteWrite} from '../fakes/remote-write.js'
import {jumpingClock} from '../fakes/run-clock.js'
import {ofData} from '../matrix/matrix.js'
import {apart} from '../matrix/shift.js'
import {findTool} from './components.js'
import {judgedFrom} from './matrix-rig.js'

const tool = await findTool('prometheus-3.5')

/** One of counts, one of buckets, one that is asked for at the end of its phase, and one that lives on several phases. */
const subjects = ['bad of total', 'latency', 'query, rate over the phase', 'recovery']
const sound = ofData(subjects).filter(({what}) => what.endsWith(': sound data'))
const startMs = Math.floor(systemClock.now() / 1000) * 1000 - 120_000
const always = Number.POSITIVE_INFINITY

/** A lost connection passes: what was asked is asked again. A run whose observations are not complete is no verdict. */
const rows: [how: Cut, times: number, of: RegExp, expected: 'pass' | 'error'][] = [
  ['breaks off', 1, /./, 'pass'],
  ['breaks off between chunks', 3, /./, 'pass'],
  ['breaks off', always, /./, 'error'],
  ['breaks off between chunks', always, /./, 'error'],
  // Of raw samples only: answers to queries of the scenario come whole.
  ['breaks off', always, /\[\d+ms\]$/, 'error'],
  ['ends half-way', 1, /./, 'error'],
  ['ends half-way', always, /./, 'error'],
  ['is empty', 1, /./, 'error'],
]

const cases = sound.flatMap((preparation) =>
  rows.map(([how, times, of, expected]) => ({preparation, how, times, of, expected})),
)

describe.skipIf('missing' in tool)('answers of a real Prometheus that are not whole', () => {
  let server: RealPrometheus
  let gateway: CuttingGateway
  let source: MetricSource
  const made = cases.map(({preparation}, number) => apart(preparation, number, startMs))

  beforeAll(async () => {
    const flags = ['--web.enable-remote-write-receiver']
    server = await startRealPrometheus('binary' in tool ? tool.binary : '', [], 500, flags, {
      storage: {tsdb: {out_of_order_time_window: '3h'}},
    })
    for (const {record} of made) {
      const {status, text} = await remoteWrite(server.url, record.series)
      if (status >= 300) throw new Error(`remote write: ${status} ${text}`)
    }
    gateway = await startCuttingGateway(server.url)
    // A minute of patience with a server that never answers is over at once.
    source = await connectPrometheus({url: gateway.url, clock: jumpingClock()})
  }, 120_000)

  afterAll(async () => {
    await source.close()
    await gateway.close()
    await server.stop()
  })

  it.each(cases.map(({preparation, ...rest}, number) => ({...rest, number, subject: preparation.subject})))(
    '$subject: the answer $how, $times times, to $of: $expected',
    async ({number, how, times, of, expected}) => {
      const case_ = made[number]
      if (!case_) throw new Error('no such case')
      gateway.made = 0
      gateway.cut = {how, times, of}
      const {got, reason} = await judgedFrom(source, number, case_).finally(() => {
        gateway.cut = undefined
      })
      expect(gateway.made).toBeGreaterThan(0)
      expect(got, reason).toBe(expected)
      expect(reason).not.toBe('')
    },
  )
})
