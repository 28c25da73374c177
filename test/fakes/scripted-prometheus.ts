import {onTestFinished} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {systemClock} from '../../src/system/clock.js'
import {
  type AskedQuery,
  type FakePrometheus,
  failure,
  matrix,
  type Respond,
  startFakePrometheus,
  success,
} from './metrics-prometheus.js'

/** Answers by path or expression; `undefined` is an error 404. */
export type Script = (asked: AskedQuery) => object | undefined

type Options = Omit<Parameters<typeof connectPrometheus>[0], 'url'>

/** A server that answers by a script, until the end of the test. */
export const serverOf = async (script: Script): Promise<FakePrometheus> => {
  const fake = await startFakePrometheus((asked, response) => {
    const data = script(asked)
    if (data) success(response, data)
    else failure(response, 404, 'not_found', 'no such thing')
  })
  onTestFinished(fake.close)
  return fake
}

/** What every connection asks first. */
export const greeting: Script = ({path, query}) => {
  if (path.endsWith('/buildinfo')) return {version: '3.5.0'}
  if (query === 'up[5m]') return matrix(1000, 1500, 2010, 2500)
  if (query === 'time()') return {resultType: 'scalar', result: [0, String(systemClock.now() / 1000)]}
  return undefined
}

/** A source of this server, until the end of the test. */
export const sourceAt = async (url: string, options: Options = {}): Promise<MetricSource> => {
  const source = await connectPrometheus({url, ...options})
  onTestFinished(source.close)
  return source
}

export const connected = async (script: Script): Promise<{source: MetricSource; fake: FakePrometheus}> => {
  const fake = await serverOf((asked) => script(asked) ?? greeting(asked))
  const source = await sourceAt(fake.url.replace('//', '//me:secret@'))
  fake.asked.length = 0
  return {source, fake}
}

/** A server that greets, and answers everything else as it likes. */
export const answering = async (
  respond: Respond,
  options: Options = {},
): Promise<{source: MetricSource; fake: FakePrometheus}> => {
  const fake = await startFakePrometheus((asked, response) => {
    const data = greeting(asked)
    if (data) success(response, data)
    else respond(asked, response)
  })
  onTestFinished(fake.close)
  const source = await sourceAt(fake.url, options)
  fake.asked.length = 0
  return {source, fake}
}

export const nothing = {resultType: 'matrix', result: []}

/** Targets, each with this long between its samples. */
export const upEvery = (...intervalsMs: number[]): object => ({
  resultType: 'matrix',
  result: intervalsMs.map((everyMs, index) => ({
    metric: {instance: String(index)},
    values: [0, 1, 2].map((scrape) => [(scrape * everyMs) / 1000, '1']),
  })),
})
