import {once} from 'node:events'
import {Agent, createServer, request, type Server} from 'node:http'
import {connect} from 'node:net'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {connectToxiproxy, type ToxiproxyClient} from '../../src/clients/toxiproxy.js'
import type {HttpOptions} from '../../src/faults/edges/http-options.js'
import type {ToxicInverse} from '../../src/faults/edges/toxic-fault.js'
import type {Aimed, Evidence, World} from '../../src/faults/fault.js'
import http from '../../src/faults/http.js'
import type {FaultLevel} from '../../src/plan/plan.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import {type RunningToxiproxyServer, startToxiproxyServer} from '../../src/toxiproxy/server.js'
import {portOf} from '../contracts/toxiproxy-rig.js'

const target = (url: string): Target => ({
  name: 'pair',
  endpoints: {},
  toxiproxy: {url},
  edges: {'a->b': {proxies: ['b-1', 'b-2'], probe: {kind: 'http', path: '/'}}},
  workloads: {},
  metrics: {kind: 'scrape', intervalMs: 500, targets: []},
  data: {},
})

const worldOf = (client: ToxiproxyClient): World => ({
  runId: 'run-1',
  target: target(client.url),
  clock: systemClock,
  signal: new AbortController().signal,
  toxiproxy: () => client,
  cluster: () => {
    throw new Error('there is no cluster here')
  },
  workloads: () => {
    throw new Error('there are none')
  },
})

const planned = (given: object, levels?: FaultLevel[]): Aimed<HttpOptions> => {
  const options = http.options.parse({edge: 'a->b', ...given})
  const aim = http.aim(options, target(''))
  return {id: 'f1', fault: 'http', options, startMs: 0, endMs: 1_000, aim, ...(levels ? {levels} : {})}
}

describe('the fault http', () => {
  let proxy: RunningToxiproxyServer
  let service: Server
  let world: World
  let listens: string[]
  const agent = new Agent({keepAlive: true, maxSockets: 2})

  beforeAll(async () => {
    service = createServer((incoming, response) => {
      incoming.resume().once('end', () => response.end('service'))
    }).listen(0, '127.0.0.1')
    await once(service, 'listening')
  })
  beforeEach(async () => {
    proxy = await startToxiproxyServer({host: '127.0.0.1', port: 0, seed: 5})
    world = worldOf(connectToxiproxy(proxy.url))
    const upstream = `127.0.0.1:${portOf(service)}`
    const created = [{name: 'b-1'}, {name: 'b-2'}].map(({name}) =>
      world.toxiproxy().createProxy({name, listen: '127.0.0.1:0', upstream}),
    )
    listens = (await Promise.all(created)).map(({listen}) => listen)
  })
  afterEach(() => proxy.close())
  afterAll(() => {
    agent.destroy()
    service.close()
  })

  /** One request through each proxy, over kept-alive connections; resolves to statuses. */
  const call = async (method: string, path: string): Promise<number[]> =>
    await Promise.all(
      listens.map(async (listen) => {
        const asked = request(`http://${listen}${path}`, {method, agent}).end(
          method === 'POST' ? 'x' : undefined,
        )
        const [response] = await once(asked, 'response')
        response.resume()
        await once(response, 'end')
        return Number(response.statusCode)
      }),
    )

  const during = async (
    given: object,
    act: (look: (level?: number) => Promise<Evidence>, inverse: ToxicInverse) => Promise<void>,
    levels?: FaultLevel[],
  ): Promise<void> => {
    const fault = planned(given, levels)
    const inverse = await http.prepare(fault, world)
    await http.inject(fault, inverse, world)
    await act((level = 1) => http.observe(fault, inverse, world, {level}), inverse)
    await http.undo(JSON.parse(JSON.stringify(inverse)), world)
  }

  const toxics = async (): Promise<string[]> =>
    Object.values(await world.toxiproxy().proxies()).flatMap((each) => each.toxics.map(({name}) => name))

  it('answers the requests of the route on every proxy, also over pooled connections, and counts them', async () => {
    const attributes = {status: 418, path: '/tea'}
    const theirs = {name: 'theirs', type: 'http', stream: 'upstream' as const, toxicity: 1, attributes}
    await world.toxiproxy().addToxic('b-1', theirs)
    expect(await call('GET', '/tea')).toEqual([418, 200])
    expect(await call('POST', '/charge')).toEqual([200, 200])
    await during({route: 'POST /charge', status: 503}, async (look) => {
      expect(await call('POST', '/charge')).toEqual([503, 503])
      expect(await call('GET', '/charge')).toEqual([200, 200])
      expect(await look()).toEqual({
        bit: 'yes',
        observations: ['2 of 4 requests were of POST /charge: 2 answered with 503'],
        numbers: {
          'requests seen': 4,
          'requests of the route': 2,
          'requests answered': 2,
          'requests delayed': 0,
        },
      })
    })
    expect(await toxics()).toEqual(['theirs'])
    expect(await call('POST', '/charge')).toEqual([200, 200])
  })

  it('delays them', async () => {
    await during({route: '/products/*', delay: '150ms'}, async (look) => {
      const start = performance.now()
      expect(await call('GET', '/products/1?q=2')).toEqual([200, 200])
      expect(performance.now() - start).toBeGreaterThanOrEqual(149)
      expect(await look()).toMatchObject({
        bit: 'yes',
        numbers: {'requests delayed': 2, 'requests answered': 0},
      })
    })
  })

  it('says why when nothing was hit: no traffic, another route, or the roll', async () => {
    await during({route: 'POST /charge', status: 503, share: '0.01%'}, async (look) => {
      expect(await look()).toMatchObject({
        bit: 'no',
        observations: ['no traffic on a->b since the fault began'],
      })
      await call('GET', '/products')
      expect(await look()).toMatchObject({
        bit: 'no',
        observations: ['none of the 2 requests on a->b was one of POST /charge'],
      })
      await call('POST', '/charge')
      const rolled = ['the share rolled none of 2 requests of POST /charge at 0.01%; raise share']
      expect(await look()).toMatchObject({bit: 'no', observations: rolled})
      expect(await look(0.5)).toMatchObject({bit: 'unknown', observations: rolled})
    })
  })

  it('says so when the traffic is no HTTP, and when somebody took the toxic out', async () => {
    await during({route: '/*', status: 503}, async (look, {toxic}) => {
      for (const listen of listens) {
        const socket = connect(Number(listen.split(':')[1]), '127.0.0.1').resume()
        socket.write('\x16\x03\x01\0')
        await once(socket, 'close')
      }
      expect((await look()).observations[0]).toMatch(/chunks passed a->b, and no HTTP\/1\.x request/)
      await world.toxiproxy().removeToxic('b-2', toxic)
      expect(await look()).toMatchObject({bit: 'no', observations: [/proxy b-2 does not list the toxic/]})
    })
  })

  it('passes every option on to the proxy; JSON is declared as such', async () => {
    const given = {
      route: 'GET /a*',
      share: '50%',
      status: 429,
      delay: '2s',
      body: '{"a":1}',
      'retry-after': '5s',
    }
    await during(given, async () => {
      expect((await world.toxiproxy().proxy('b-2'))?.toxics).toEqual([
        {
          name: 'run-1_f1',
          type: 'http',
          stream: 'upstream',
          toxicity: 1,
          attributes: {
            status: 429,
            delay: 2000,
            method: 'GET',
            path: '/a*',
            share: 0.5,
            body: '{"a":1}',
            content_type: 'application/json',
            retry_after: 5,
          },
        },
      ])
    })
  })

  it('begins at its first level and follows the others', async () => {
    const fault = planned({route: '/*', status: 503}, [{atMs: 0, level: 0}])
    const inverse = await http.prepare(fault, world)
    await http.inject(fault, inverse, world)
    expect(await call('GET', '/')).toEqual([200, 200])
    await http.adjust(fault, inverse, 1, world)
    expect(await call('GET', '/')).toEqual([503, 503])
    await http.adjust(fault, inverse, 0.5, world)
    expect((await world.toxiproxy().proxy('b-1'))?.toxics[0]?.attributes['share']).toBe(0.5)
    await http.undo(inverse, world)
  })

  it('refuses a server that knows no requests before it changes anything, and says what to use', async () => {
    const asked: string[] = []
    const real = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`)
      response.end('{"version": "2.12.0"}\n')
    }).listen(0, '127.0.0.1')
    await once(real, 'listening')
    const client = connectToxiproxy(`http://127.0.0.1:${portOf(real)}`)
    const refused = http.prepare(planned({route: '/*', status: 503}), worldOf(client))
    await expect(refused).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(/needs Shakedown's own proxy.*Toxiproxy 2\.12\.0/),
      hint: expect.stringContaining('shakedown proxy'),
    })
    expect(asked).toEqual(['GET /version'])
    real.closeAllConnections()
    real.close()
  })
})
