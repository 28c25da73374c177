import {describe, expect, it, onTestFinished} from 'vitest'
import {EnvironmentError} from '../../src/errors.js'
import {startEmbeddedSource} from '../../src/metrics/embedded.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {openLoadMetrics} from '../../src/run/load-metrics.js'
import {loadSecond, requestSecond} from '../fakes/record-load.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs} from '../fakes/record-series.js'
import {freePort} from '../soak/free-port.mjs'

const {plan} = paymentSlowRecord().header

const noSource: MetricSource = {
  kind: 'prometheus',
  intervalMs: 1000,
  describe: async () => '',
  query: async () => ({answers: [], warnings: []}),
  samples: async () => [],
  caughtUp: async () => {},
  close: async () => {},
}

describe('the metrics of a load', () => {
  it('are served while it runs, from zero on, as Prometheus reads them', async () => {
    const port = await freePort()
    const metrics = await openLoadMetrics({plan, metrics: noSource, port, note: () => {}})
    onTestFinished(() => metrics.close())
    const page = async (): Promise<string> => await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    metrics.begin(runStartMs)
    expect(await page()).toContain(
      'shakedown_load_requests_total{request="browse",stream="load",outcome="answered",code="200"} 0\n',
    )
    metrics.second(loadSecond(0, {browse: requestSecond(3, {timedOut: 1})}))
    metrics.second(loadSecond(1, {browse: requestSecond(2)}))
    const text = await page()
    expect(text).toContain('# TYPE shakedown_load_request_duration_seconds histogram\n')
    expect(text).toContain(
      'shakedown_load_request_duration_seconds_bucket{request="browse",stream="load",le="0.05"} 5\n',
    )
    expect(text).toContain(
      'shakedown_load_request_duration_seconds_bucket{request="browse",stream="load",le="+Inf"} 6\n',
    )
    expect(text).toContain(
      'shakedown_load_requests_total{request="browse",stream="load",outcome="failed",error="timeout"} 1\n',
    )
    expect(text).toContain('shakedown_load_in_flight 4\n')
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
    await metrics.close()
    await expect(page()).rejects.toThrow()
  })

  it('say that a port is taken before anything is sent', async () => {
    const port = await freePort()
    const first = await openLoadMetrics({plan, metrics: noSource, port, note: () => {}})
    onTestFinished(() => first.close())
    const second = openLoadMetrics({plan, metrics: noSource, port, note: () => {}})
    await expect(second).rejects.toThrow(EnvironmentError)
    await expect(second).rejects.toThrow(`port ${port}`)
  })

  it('can be asked about while the load runs, in the embedded store', async () => {
    const source = await startEmbeddedSource({targets: [], intervalMs: 1000})
    onTestFinished(() => source.close())
    const metrics = await openLoadMetrics({plan, metrics: source, port: undefined, note: () => {}})
    metrics.begin(runStartMs)
    metrics.second(loadSecond(0, {browse: requestSecond(3), checkout: requestSecond(1, {rejected: 4})}))
    const ask = async (expression: string): Promise<number[]> =>
      (await source.query(expression, runStartMs + 1000)).answers.map(({value}) => value)
    expect(await ask('sum(increase(shakedown_load_requests_total[1s:500ms]))')).toHaveLength(1)
    expect(await ask('sum(shakedown_load_requests_total{code="503"})')).toEqual([4])
    expect(await ask('max(shakedown_load_in_flight)')).toEqual([4])
    // A series that comes up later was zero a second before.
    const [rejected] = await source.samples('{code="503"}', 0, runStartMs + 2000)
    expect(rejected?.v).toEqual([0, 4])
  })

  it('that cannot be stored are told of once', async () => {
    const notes: string[] = []
    const broken = {...noSource, append: () => Promise.reject(new Error('it is full'))}
    const note = (text: string): void => void notes.push(text)
    const metrics = await openLoadMetrics({plan, metrics: broken, port: undefined, note})
    metrics.begin(runStartMs)
    metrics.second(loadSecond(0, {browse: requestSecond(3)}))
    await new Promise((resolve) => setImmediate(resolve))
    expect(notes).toEqual(['the metrics of the load are not stored: it is full'])
  })
})
