import {afterEach, expect, it} from 'vitest'
import type {MetricsServer} from '../../../src/metrics/server/start.js'
import {wallClock} from '../../../src/system/clock.js'
import {startTestServer} from '../../fakes/metrics-server.js'
import {remoteWrite} from '../../fakes/remote-write.js'

let server: MetricsServer | undefined
afterEach(async () => await server?.close())

const seconds = Math.floor(wallClock.now() / 1000)

// Some 100 bytes for each series: within the first piece, within the second, and some further on.
it.each([
  [1, 'gzip'],
  [1, 'identity'],
  [1000, 'gzip'],
  [1000, 'identity'],
  [4000, 'gzip'],
  [4000, 'identity'],
])('an answer of %d series comes whole as %s', async (count, encoding) => {
  server = await startTestServer()
  const numbers = Array.from({length: count}, (_, index) => String(index))
  const series = numbers.map((n) => ({
    labels: {__name__: 'many', n, padding: 'x'.repeat(40)},
    t: [seconds * 1000],
    v: [Number(n)],
  }))
  expect(await remoteWrite(server.url, series)).toMatchObject({status: 204})
  const response = await fetch(`${server.url}/api/v1/query?query=many&time=${seconds}`, {
    headers: {'accept-encoding': encoding},
  })
  // The shape of an instant query's answer, looked into below.
  const {data} = (await response.json()) as {data: {result: {metric: {n: string}; value: unknown[]}[]}}
  expect(data.result.map(({metric}) => metric.n).sort()).toEqual(numbers.sort())
  expect(data.result.every(({metric, value}) => value[1] === metric.n)).toBe(true)
  expect(response.headers.has('content-length')).toBe(encoding === 'identity' && count === 1)
})
