import {request} from 'node:http'
import {connect} from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import type {MetricsServer, MetricsServerOptions} from '../../../src/metrics/server/start.js'
import {systemClock, wallClock} from '../../../src/system/clock.js'
import {startTestServer} from '../../fakes/metrics-server.js'
import {bytesField, packSnappy, remoteWrite, type SentSeries} from '../../fakes/remote-write.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const started = async (options: Partial<MetricsServerOptions> = {}): Promise<MetricsServer> => {
  const server = await startTestServer(options)
  closers.push(server.close)
  return server
}

const nowMs = Math.floor(wallClock.now() / 1000) * 1000
const hour = 3_600_000
const storeLimits = {retentionMs: hour, maxBytes: 64e6, maxSamples: 1_000_000, maxSeries: 10_000}

const many = (count: number, samples = 1): SentSeries[] =>
  Array.from({length: count}, (_, index) => {
    const t = Array.from({length: samples}, (_one, at) => nowMs - (samples - at) * 1000)
    return {labels: {__name__: 'many', n: String(index)}, t, v: t.map(() => index)}
  })

const ask = async (
  {url}: MetricsServer,
  path: string,
  parameters: Record<string, string>,
): Promise<{status: number; body: unknown}> => {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
  return {status: response.status, body: await response.json()}
}

const time = String(nowMs / 1000)

describe('the limits of the metrics server', () => {
  it('refuses a query that would hold too many samples, whatever it is made of', async () => {
    const server = await started({queryLimits: {timeoutMs: 20_000, maxSamples: 5000}})
    await remoteWrite(server.url, many(20, 100))
    const refused = {
      status: 422,
      body: {
        status: 'error',
        errorType: 'execution',
        error: 'query processing would load too many samples into memory in query execution',
      },
    }
    const range = {start: String(nowMs / 1000 - 1000), end: time, step: '1'}
    expect(await ask(server, 'query_range', {query: 'many', ...range})).toEqual(refused)
    expect(
      await ask(server, 'query', {
        query: 'sum(rate(many[5m])) + sum(rate(many[6m])) + sum(rate(many[7m]))',
        time,
      }),
    ).toEqual(refused)
    expect(await ask(server, 'query', {query: 'sum_over_time(vector(1)[9000d:1ms])', time})).toEqual(refused)
    expect(await ask(server, 'query', {query: 'count(many)', time})).toMatchObject({status: 200})
  })

  it('ends a query at its time limit, and at that of the request', async () => {
    const server = await started()
    await remoteWrite(server.url, many(500, 100))
    const slow = {query: 'max(quantile_over_time(0.5, many[10m:100ms]))', time, timeout: '20ms'}
    const timedOut = {
      status: 503,
      body: {status: 'error', errorType: 'timeout', error: 'query timed out in expression evaluation'},
    }
    expect(await ask(server, 'query', slow)).toEqual(timedOut)
    expect(await ask(server, 'query', {query: '1', time, timeout: '0'})).toMatchObject({status: 503})
    const own = await started({queryLimits: {timeoutMs: 20, maxSamples: 100_000_000}})
    await remoteWrite(own.url, many(500, 100))
    expect(await ask(own, 'query', {...slow, timeout: '1h'})).toEqual(timedOut)
  })

  it('refuses series above the limit, and those that are held go on', async () => {
    const server = await started({storeLimits: {...storeLimits, maxSeries: 10}})
    expect(await remoteWrite(server.url, many(10))).toMatchObject({status: 204})
    const further: SentSeries = {labels: {__name__: 'further'}, t: [nowMs], v: [1]}
    expect(await remoteWrite(server.url, [further])).toEqual({
      status: 400,
      text: 'too many series: at most 10 are held; raise --max-series, or write fewer\n',
    })
    const again = many(10).map((series) => ({...series, t: [nowMs]}))
    expect(await remoteWrite(server.url, again)).toMatchObject({status: 204})
  })

  it('forgets what is older than the retention', async () => {
    const server = await started({storeLimits: {...storeLimits, retentionMs: 3000}})
    const tMs = Math.floor(wallClock.now())
    await remoteWrite(server.url, [{labels: {__name__: 'short'}, t: [tMs], v: [1]}])
    expect(await ask(server, 'series', {'match[]': 'short'})).toMatchObject({
      body: {data: [{__name__: 'short'}]},
    })
    expect(await remoteWrite(server.url, [{labels: {__name__: 'old'}, t: [tMs - 4000], v: [1]}])).toEqual({
      status: 400,
      text: 'out of bounds\n',
    })
    const limitMs = systemClock.now() + 20_000
    const held = async (): Promise<string> =>
      JSON.stringify(await ask(server, 'series', {'match[]': 'short'}))
    while ((await held()).includes('short') && systemClock.now() < limitMs) await systemClock.sleep(100)
    expect(await ask(server, 'series', {'match[]': 'short'})).toMatchObject({body: {data: []}})
    expect(wallClock.now() - tMs).toBeGreaterThan(2900)
    expect(await ask(server, 'status/runtimeinfo', {})).toMatchObject({
      body: {data: {storageRetention: '3s', seriesCount: 0, sampleCount: 0, forgottenSamples: 1}},
    })
  })

  it.each([
    [{maxSamples: 1000}, 1000, 'More than 1000 samples'],
    [{maxBytes: 1800}, 1800, 'More than 0.0018 MB of samples'],
  ])('forgets the oldest when the store is full, %o, and says so once', async (limit, most, warning) => {
    const warnings: string[] = []
    const limits = {...storeLimits, ...limit}
    const server = await started({storeLimits: limits, onWarning: (message) => warnings.push(message)})
    for (const n of ['1', '2', '3']) {
      const t = Array.from({length: 900}, (_, at) => nowMs - 900_000 + at * 1000)
      await remoteWrite(server.url, [{labels: {__name__: 'full', n}, t, v: t}])
    }
    expect(warnings).toEqual([expect.stringContaining(warning)])
    const {body} = await ask(server, 'query', {query: 'sum(count_over_time(full[20m]))', time})
    const held = Number(JSON.stringify(body).match(/"(\d+)"\]/)?.[1])
    expect(held).toBeGreaterThan(100)
    expect(held).toBeLessThanOrEqual(most)
  })

  it('refuses a body that is too large, packed or unpacked', async () => {
    const server = await started()
    const post = async (body: Uint8Array): Promise<[number, string]> => {
      const response = await fetch(`${server.url}/api/v1/write`, {method: 'POST', body: new Uint8Array(body)})
      return [response.status, await response.text()]
    }
    expect(await post(Buffer.alloc(17 * 1024 * 1024))).toEqual([413, 'http: request body too large\n'])
    const bomb = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0])
    expect(await post(bomb)).toEqual([400, 'snappy: decoded block is larger than 67108864 bytes\n'])
    const form = await fetch(`${server.url}/api/v1/query`, {
      method: 'POST',
      body: `query=${'1'.repeat(11_000_000)}`,
    })
    expect(form.status).toBe(400)
    expect(await ask(server, 'query', {query: '1', time})).toMatchObject({status: 200})
  })

  it('stores plain samples beside native histograms, and says what it left out', async () => {
    const server = await started()
    const label = bytesField(
      1,
      Buffer.concat([bytesField(1, Buffer.from('__name__')), bytesField(2, Buffer.from('h'))]),
    )
    const message = bytesField(1, Buffer.concat([label, bytesField(4, Buffer.from([8, 1]))]))
    const response = await fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      body: new Uint8Array(packSnappy(message)),
    })
    expect([response.status, await response.text()]).toEqual([
      400,
      '1 native histograms were left out, as they are not supported; plain samples were stored\n',
    ])
  })

  it('packs answers for who takes them packed', async () => {
    const server = await started()
    await remoteWrite(server.url, many(200))
    const size = (headers: Record<string, string>): Promise<{encoding: string | undefined; bytes: number}> =>
      new Promise((resolve, reject) => {
        request(`${server.url}/api/v1/query?query=many&time=${time}`, {headers}, (response) => {
          let bytes = 0
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
          })
          response.on('end', () => resolve({encoding: response.headers['content-encoding'], bytes}))
        })
          .on('error', reject)
          .end()
      })
    const plain = await size({})
    const packed = await size({'accept-encoding': 'deflate, gzip'})
    expect([plain.encoding, packed.encoding]).toEqual([undefined, 'gzip'])
    expect(packed.bytes).toBeLessThan(plain.bytes / 4)
    expect((await size({'accept-encoding': 'gzip;q=0'})).encoding).toBeUndefined()
    expect(await ask(server, 'query', {query: 'count(many)', time})).toMatchObject({
      body: {data: {result: [{value: [nowMs / 1000, '200']}]}},
    })
  })

  it.each(['1e300', 'NaN', 'Inf', '-Inf', '9007199254742'])('knows no time %s', async (wrong) => {
    const server = await started()
    expect(await ask(server, 'query', {query: '1', time: wrong})).toEqual({
      status: 400,
      body: {
        status: 'error',
        errorType: 'bad_data',
        error: `invalid parameter "time": invalid time value for 'time': cannot parse "${wrong}" to a valid timestamp`,
      },
    })
  })

  it('keeps the connection of a client that writes every few seconds', async () => {
    const {url} = await started()
    const keepAlive = await new Promise((resolve, reject) => {
      const headers = {connection: 'keep-alive'}
      request(`${url}/-/ready`, {headers}, (response) => resolve(response.resume().headers['keep-alive']))
        .on('error', reject)
        .end()
    })
    expect(keepAlive).toBe('timeout=300')
  })

  it('goes on when clients break off in the middle', async () => {
    const server = await started()
    await remoteWrite(server.url, many(2000, 100))
    const range = `start=${nowMs / 1000 - 1000}&end=${time}&step=1`
    for (const text of [
      'POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc',
      'POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nquery=',
      `GET /api/v1/query_range?query=many&${range} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'not HTTP at all\r\n\r\n',
    ]) {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(text)
      await systemClock.sleep(100)
      socket.destroy()
    }
    expect(await ask(server, 'query', {query: 'count(many)', time})).toMatchObject({status: 200})
  })
})
