import {afterEach, describe, expect, it} from 'vitest'
import {openPrometheus, type PrometheusClient, type PrometheusOptions} from '../../src/clients/prometheus.js'
import {splitCredentials} from '../../src/clients/prometheus-url.js'
import {Hidden} from '../../src/system/hidden.js'
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

const connected = async (
  respond: Respond,
  options: Partial<PrometheusOptions> = {},
): Promise<{client: PrometheusClient; server: FakePrometheus}> => {
  const server = await startFakePrometheus(respond)
  closers.push(server.close)
  const client = openPrometheus({url: server.url, ...options})
  closers.push(client.close)
  return {client, server}
}
const empty: Respond = (_, response) => success(response, vector())

describe('a query', () => {
  it('goes as a form, at the time asked for in seconds', async () => {
    const {client, server} = await connected(empty)
    await client.query('sum(up) + 1', 1_700_000_000_123.4)
    await client.query('up', undefined)
    expect(server.asked).toMatchObject([
      {method: 'POST', path: '/api/v1/query', query: 'sum(up) + 1', time: '1700000000.123'},
      {query: 'up', time: null},
    ])
  })

  it('keeps a path prefix and sends credentials that it never prints', async () => {
    const {server} = await connected(empty)
    const client = openPrometheus({
      url: `${server.url.replace('http://', 'http://me:s%40cret@')}/prom/?tenant=a`,
      headers: {'x-scope': new Hidden('b')},
    })
    closers.push(client.close)
    await client.query('up', 0)
    expect(server.asked[0]).toMatchObject({
      path: '/prom/api/v1/query?tenant=a',
      authorization: `Basic ${Buffer.from('me:s@cret').toString('base64')}`,
    })
    expect(client.url).toBe(`${server.url}/prom`)
    server.answer((_, response) => void response.writeHead(502).end('bad gateway'))
    const error: unknown = await client.query('up', 0, {patienceMs: 0}).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain('/prom')
    expect(String(error)).not.toContain('cret')
  })

  it('is answered by a vector, a scalar, a text or a matrix', async () => {
    const answers = [
      vector([{a: 'b'}, '1.5'], [{}, 'NaN'], [{}, '+Inf'], [{}, '-Inf']),
      {resultType: 'scalar', result: [1, '2e3']},
      {resultType: 'string', result: [1, 'text']},
      {
        resultType: 'matrix',
        result: [
          {
            metric: {a: 'b'},
            values: [
              [1.001, '1'],
              [2, '2'],
            ],
          },
        ],
      },
    ]
    const {client} = await connected((_, response) => success(response, answers.shift()))
    const read = async () => (await client.query('x', 0)).value
    expect(await read()).toEqual({
      type: 'vector',
      samples: [
        {labels: {a: 'b'}, value: 1.5, tMs: 1_000_500},
        ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => ({
          labels: {},
          value,
          tMs: 1_000_500,
        })),
      ],
    })
    expect(await read()).toEqual({type: 'scalar', value: 2000})
    expect(await read()).toEqual({type: 'string', value: 'text'})
    expect(await read()).toEqual({type: 'matrix', series: [{labels: {a: 'b'}, t: [1001, 2000], v: [1, 2]}]})
  })

  it('carries warnings and remarks, and says when native histograms were left out', async () => {
    const histogram = {resultType: 'vector', result: [{metric: {}, histogram: [1, {count: '1', sum: '1'}]}]}
    const extra = {warnings: ['partial'], infos: ['not a counter']}
    const {client} = await connected((_, response) => success(response, histogram, extra))
    expect(await client.query('x', 0)).toEqual({
      value: {type: 'vector', samples: []},
      warnings: ['partial', expect.stringContaining('native histograms')],
      infos: ['not a counter'],
    })
  })
})

const refusals: [title: string, respond: Respond, name: string, message: RegExp][] = [
  [
    'an expression that does not parse',
    (_, response) => failure(response, 400, 'bad_data', 'parse error: unexpected <by>'),
    'UserError',
    /^Prometheus refuses the query: parse error: unexpected <by>\nthe expression$/,
  ],
  [
    'an expression that cannot be evaluated',
    (_, response) => failure(response, 422, 'execution', 'many-to-many matching not allowed'),
    'UserError',
    /many-to-many/,
  ],
  [
    'a query that took too long for the server',
    (_, response) => failure(response, 503, 'timeout', 'query timed out'),
    'EnvironmentError',
    /timeout: query timed out/,
  ],
  [
    'wrong credentials',
    (_, response) => void response.writeHead(401).end('Unauthorized'),
    'EnvironmentError',
    /refuses access \(status 401\)/,
  ],
  [
    'a web page with status 200',
    (_, response) => void response.end('<html>hello</html>'),
    'EnvironmentError',
    /does not speak Prometheus's API \(status 200: "<html>hello/,
  ],
  ['another JSON', (_, response) => void response.end('{"ok":true}'), 'EnvironmentError', /does not speak/],
  [
    'a value that is no number',
    (_, response) => success(response, vector([{}, 'many'])),
    'EnvironmentError',
    /does not speak/,
  ],
  [
    'half a body',
    (_, response) => {
      response.writeHead(200, {'content-length': '1000'})
      response.write('{"status":', () => response.destroy())
    },
    'EnvironmentError',
    /^Prometheus does not answer at http:\/\/127/,
  ],
  [
    'half an answer that HTTP takes for a whole one',
    (_, response) => void response.end('{"status":"success","data":{"resultType":"vector","resu'),
    'EnvironmentError',
    /^The answer of Prometheus at http:\/\/127\S+ breaks off after 55 bytes$/,
  ],
  [
    'a connection that is closed in place of an answer',
    (_, response) => void response.socket?.end(),
    'EnvironmentError',
    /^Prometheus does not answer at \S+: the other side closed the connection before its answer was whole$/,
  ],
  ['no answer at all', () => {}, 'EnvironmentError', /no whole answer within 0.3 s/],
]

describe('a query that meets', () => {
  it.each(refusals)('%s is refused with its reason and a hint', async (_, respond, name, message) => {
    const {client} = await connected(respond, {timeoutMs: 300})
    await expect(client.query('the expression', 0, {patienceMs: 0})).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\.$/),
    })
  })

  it('a lost connection is sent again while there is patience, and no longer', async () => {
    let losses = 2
    const {client, server} = await connected((asked, response) => {
      if (losses-- > 0) response.destroy()
      else empty(asked, response)
    })
    await client.query('up', 0)
    expect(server.asked).toHaveLength(3)
    losses = 9
    await expect(client.query('up', 0, {patienceMs: 300})).rejects.toMatchObject({name: 'EnvironmentError'})
    expect(server.asked).toHaveLength(5)
  })

  it('nobody at the address says so', async () => {
    const {client, server} = await connected(empty)
    await server.close()
    await expect(client.query('up', 0, {patienceMs: 0})).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining(`Prometheus does not answer at ${server.url}`),
      hint: expect.stringContaining('Check that it runs'),
    })
  })

  it('the end of the caller’s patience throws the caller’s reason', async () => {
    const {client} = await connected(() => {})
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 30)
    await expect(client.query('up', 0, {signal: stop.signal})).rejects.toThrow('enough')
    await expect(client.query('up', 0, {signal: stop.signal})).rejects.toThrow('enough')
  })
})

describe('openPrometheus', () => {
  it.each(['localhost:9090', 'me:secret@host', 'ftp://me:secret@host', ''])(
    'refuses %j without repeating it',
    (url) => {
      expect(() => openPrometheus({url})).toThrow(
        expect.objectContaining({name: 'UserError', message: expect.not.stringContaining('secret')}),
      )
    },
  )

  it('reads the version', async () => {
    const {client, server} = await connected((_, response) => success(response, {version: '3.5.0'}))
    expect(await client.version()).toBe('Prometheus 3.5.0')
    server.answer((_, response) => success(response, {version: '2.12.0', application: 'Grafana Mimir'}))
    expect(await client.version()).toBe('Grafana Mimir 2.12.0')
    expect(server.asked[0]).toMatchObject({method: 'GET', path: '/api/v1/status/buildinfo'})
  })
})

describe('splitCredentials', () => {
  it.each([
    ['http://host:9090', 'http://host:9090', '', undefined],
    ['http://host:9090/prom/', 'http://host:9090/prom', '', undefined],
    ['https://me:pass@host/a?b=c#d', 'https://host/a', '?b=c', 'me:pass'],
    ['http://me@host', 'http://host', '', 'me:'],
    ['http://me:50%25@host', 'http://host', '', 'me:50%'],
    ['http://me:50%@host', 'http://host', '', 'me:50%'],
  ])('splits %s', (address, url, search, user) => {
    expect(splitCredentials(address)).toEqual({url, target: url + search, user})
  })
})
