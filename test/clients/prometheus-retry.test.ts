import {afterEach, describe, expect, it} from 'vitest'
import {openPrometheus, type PrometheusClient, type PrometheusOptions} from '../../src/clients/prometheus.js'
import {tooMuchOf} from '../../src/clients/prometheus-errors.js'
import {parseRetryAfter} from '../../src/clients/prometheus-retry.js'
import {systemClock} from '../../src/system/clock.js'
import {
  type FakePrometheus,
  failure,
  type Respond,
  startFakePrometheus,
  success,
  vector,
} from '../fakes/metrics-prometheus.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const good: Respond = (_, response) => success(response, vector())

/** Answers the first requests in these ways, and all others well. */
const connected = async (
  first: Respond[],
  options: Partial<PrometheusOptions> = {},
): Promise<{client: PrometheusClient; server: FakePrometheus}> => {
  const answers = [...first]
  const server = await startFakePrometheus((asked, response) => (answers.shift() ?? good)(asked, response))
  closers.push(server.close)
  const client = openPrometheus({url: server.url, ...options})
  closers.push(client.close)
  return {client, server}
}

const status =
  (code: number, headers: Record<string, string> = {}): Respond =>
  (_, response) =>
    void response.writeHead(code, headers).end('<html>busy</html>')

const cutBody: Respond = (_, response) => {
  response.writeHead(200, {'content-length': '1000'})
  response.write('{"status":', () => response.destroy())
}

describe('a failure that passes', () => {
  it.each<[string, Respond]>([
    ['429', status(429)],
    ['502 of a gateway', status(502)],
    ['503 while it starts', (_, response) => failure(response, 503, 'unavailable', 'TSDB not ready')],
    ['504 of a gateway', status(504)],
    ['a body cut off', cutBody],
    ['a lost connection', (_, response) => void response.destroy()],
  ])('is waited out: %s', async (_, respond) => {
    const {client, server} = await connected([respond, respond])
    expect((await client.query('up', 0)).value).toEqual({type: 'vector', samples: []})
    expect(server.asked).toHaveLength(3)
  })

  it('is waited out for as long as the server asks', async () => {
    const {client, server} = await connected([status(429, {'retry-after': '1'})])
    const begun = systemClock.now()
    await client.query('up', 0)
    expect(systemClock.now() - begun).toBeGreaterThanOrEqual(990)
    expect(server.asked).toHaveLength(2)
  })

  it('is told at once when the server asks for more patience than there is', async () => {
    const {client, server} = await connected([status(503, {'retry-after': '3600'})])
    await expect(client.query('up', 0)).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining('status 503'),
    })
    expect(server.asked).toHaveLength(1)
  })

  it('is told in the end', async () => {
    const {client, server} = await connected(Array.from({length: 9}, () => status(503)))
    await expect(client.query('up', 0, {patienceMs: 300})).rejects.toThrow(/status 503/)
    expect(server.asked).toHaveLength(2)
  })

  it('is not waited out when the caller has stopped', async () => {
    const {client} = await connected(Array.from({length: 9}, () => status(503, {'retry-after': '2'})))
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 50)
    await expect(client.query('up', 0, {signal: stop.signal})).rejects.toThrow('enough')
  })
})

describe('a failure that does not pass', () => {
  const large = 'x'.repeat(2000)
  it.each<[string, Respond, RegExp, string | undefined]>([
    [
      'a query that took too long',
      (_, response) => failure(response, 503, 'timeout', 'query timed out'),
      /timeout: query timed out/,
      'time',
    ],
    ['no answer', () => {}, /no whole answer within 0.2 s/, 'time'],
    [
      'half an answer, and then nothing',
      (_, response) => void response.writeHead(200).write('{"status":'),
      /no whole answer within 0.2 s/,
      'time',
    ],
    ['an answer that is too large', (_, response) => void response.end(large), /more than 0 MB/, 'samples'],
    [
      'too many samples',
      (_, response) => failure(response, 422, 'execution', 'query processing would load too many samples'),
      /too many samples/,
      'samples',
    ],
    [
      'a limit of Mimir',
      (_, response) =>
        failure(
          response,
          422,
          'execution',
          'the query exceeded the maximum number of chunks (err-mimir-max-chunks-per-query)',
        ),
      /err-mimir/,
      'samples',
    ],
    ['an error of the server', status(500), /status 500/, undefined],
    ['a web page', (_, response) => void response.end('<html>'), /does not speak/, undefined],
  ])('is told after one attempt: %s', async (_, respond, message, tooMuch) => {
    const {client, server} = await connected([respond, respond], {timeoutMs: 200, mostBytes: 1000})
    const thrown: unknown = await client.query('up', 0).catch((error: unknown) => error)
    expect(String(thrown)).toMatch(message)
    expect(tooMuchOf(thrown)).toBe(tooMuch)
    expect(server.asked).toHaveLength(1)
  })
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1)
  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('of %j is %s ms', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms)
  })
})
