import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {systemClock} from '../../src/system/clock.js'
import {type RealPrometheus, startRealPrometheus} from '../fakes/metrics-real-prometheus.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {remoteWrite} from '../fakes/remote-write.js'
import {ofData, type Preparation} from '../matrix/matrix.js'
import {subjects} from '../matrix/objectives.js'
import {apart} from '../matrix/shift.js'
import {findTool} from './components.js'
import {judgedFrom, subjectsOfSources} from './matrix-rig.js'

const tool = await findTool('prometheus-3.5')

const cases = 'binary' in tool ? ofData(subjectsOfSources) : []
// The runs ended a moment ago: Prometheus takes no samples from long before, nor from the future.
const startMs = Math.floor(systemClock.now() / 1000) * 1000 - 120_000

describe.skipIf('missing' in tool)('bad data in a real Prometheus', () => {
  let server: RealPrometheus
  let source: MetricSource
  const made = cases.map((one, number) => apart(one, number, startMs))

  beforeAll(async () => {
    server = await startRealPrometheus(
      'binary' in tool ? tool.binary : '',
      [],
      500,
      ['--web.enable-remote-write-receiver'],
      {storage: {tsdb: {out_of_order_time_window: '3h'}}},
    )
    for (const {record} of made) {
      const {status, text} = await remoteWrite(server.url, record.series)
      // What it refuses (samples from the future) is missing, as it would be.
      if (status >= 300 && !/out of bounds|too far/.test(text))
        throw new Error(`remote write: ${status} ${text}`)
    }
    source = await connectPrometheus({url: server.url})
  }, 120_000)

  afterAll(async () => {
    await source.close()
    await server.stop()
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

  it('is learnt at the interval of its samples', () => {
    expect(source.intervalMs).toBe(500)
  })

  /** The sound record by one objective, written in this way; its number is beyond those of the table. */
  const written = async (
    number: number,
    write: (series: Preparation['record']['series']) => Promise<void>,
  ) => {
    const {objective} = subjects['bad of total']
    const sound: Preparation = {
      what: 'sound',
      expected: 'pass',
      record: paymentSlowRecord(),
      objectives: [objective],
      subject: objective.name,
    }
    const case_ = apart(sound, number, startMs)
    await write(case_.record.series)
    return await judgedFrom(source, number, case_)
  }

  it('is right when it comes late, the end before the beginning: pass', async () => {
    const half = (series: Preparation['record']['series'], late: boolean) =>
      series.map(({labels, t, v}) => {
        const kept = t.map((tMs) => tMs > startMs + 40_000 === late)
        return {labels, t: t.filter((_, at) => kept[at]), v: v.filter((_, at) => kept[at])}
      })
    const {got, reason} = await written(10_000, async (series) => {
      await remoteWrite(server.url, half(series, true))
      await remoteWrite(server.url, half(series, false))
    })
    expect(got, reason).toBe('pass')
  })

  it('keeps the first of two values at one time: pass', async () => {
    const {got, reason} = await written(10_001, async (series) => {
      await remoteWrite(server.url, series)
      const other = series.map((one) => ({...one, v: one.v.map(() => 1e9)}))
      await remoteWrite(server.url, other)
    })
    expect(got, reason).toBe('pass')
  })
})
