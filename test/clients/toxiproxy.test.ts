import {once} from 'node:events'
import {createServer} from 'node:http'
import {connect} from 'node:net'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {connectToxiproxy, type ToxiproxyClient} from '../../src/clients/toxiproxy.js'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {type RunningToxiproxyServer, startToxiproxyServer} from '../../src/toxiproxy/server.js'
import {portOf} from '../contracts/toxiproxy-rig.js'

/** What a promise rejects with. */
const rejection = async (promise: Promise<unknown>): Promise<EnvironmentError> => {
  const thrown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(thrown instanceof EnvironmentError)) throw new Error(`expected an EnvironmentError, got ${thrown}`)
  return thrown
}

describe('the Toxiproxy client', () => {
  let server: RunningToxiproxyServer
  let client: ToxiproxyClient
  const latency = {
    name: 'slow',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
    attributes: {latency: 5, jitter: 1},
  } as const

  beforeAll(async () => {
    server = await startToxiproxyServer({host: '127.0.0.1', port: 0})
    client = connectToxiproxy(`${server.url}/`)
  })
  afterAll(() => server.close())

  it.each(['nope', 'localhost:8474', 'ftp://localhost'])('refuses the address %s, asking nobody', (url) => {
    expect(() => connectToxiproxy(url)).toThrow(UserError)
  })

  // `.` and `?` matter in URLs, `#` ends them, and a slash makes another path of them.
  it.each(['plain', 'a b', 'a/b', 'ä?#&=%', 'order->payment'])(
    'creates, reads, changes and deletes proxy %j',
    async (name) => {
      const created = await client.createProxy({name, listen: '127.0.0.1:0', upstream: '127.0.0.1:1'})
      expect(created).toEqual({
        name,
        listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        upstream: '127.0.0.1:1',
        enabled: true,
        toxics: [],
      })
      await client.addToxic(name, {...latency, name: `${name}!`})
      expect(await client.proxy(name)).toEqual({...created, toxics: [{...latency, name: `${name}!`}]})
      expect(await client.proxies()).toMatchObject({[name]: {toxics: [{name: `${name}!`}]}})
      await client.setEnabled(name, false)
      expect(await client.proxy(name)).toMatchObject({enabled: false, listen: created.listen})
      await client.setEnabled(name, true)
      await client.removeToxic(name, `${name}!`)
      expect(await client.proxy(name)).toEqual(created)
      await client.deleteProxy(name)
      expect(await client.proxy(name)).toBeUndefined()
    },
  )

  it('takes what is not there for removed, but not for changed', async () => {
    await client.removeToxic('none', 'none')
    await client.deleteProxy('none')
    const refused = await rejection(client.setEnabled('none', false))
    expect(refused.message).toBe(`Toxiproxy at ${server.url} refused to disable proxy none: proxy not found`)
  })

  it("repeats the server's reason when it refuses", async () => {
    await client.createProxy({name: 'p', listen: '127.0.0.1:0', upstream: 'a:1'})
    const refused = await rejection(client.createProxy({name: 'p', listen: '127.0.0.1:0', upstream: 'a:1'}))
    expect(refused.message).toContain('proxy already exists')
    await client.deleteProxy('p')
  })

  it('reads version and metrics', async () => {
    expect(await client.version()).toMatch(/^2\.12\.0/)
    await client.createProxy({name: 'm', listen: '127.0.0.1:0', upstream: 'a:1'})
    expect(await client.metrics()).toContain('shakedown_proxy_connections_total{proxy="m"} 0')
    await client.deleteProxy('m')
  })

  it.each([
    ['slicer', {average_size: 0, size_variation: 0}],
    ['slicer', {average_size: 10, size_variation: 12}],
    ['bandwidth', {rate: -1}],
    ['latency', {latency: 1.5}],
    ['latency', {latency: 0, jitter: 2 ** 62}],
    ['latency', {latency: 2 ** 52}],
    ['latency', {latency: -1}],
    ['slicer', {average_size: 0, size_variation: 2}],
    ['slicer', {average_size: 2, size_variation: -1}],
    ['slicer', {average_size: 2, size_variation: 0, delay: 2 ** 52}],
    ['bandwidth', {rate: 2 ** 52}],
    ['timeout', {timeout: 2 ** 40}],
  ])('does not send %s %j, which would crash a real server', async (type, attributes) => {
    // The proxy does not exist: only a check before the call can be a UserError.
    const call = client.addToxic('none', {...latency, type, attributes: {...attributes}})
    await expect(call).rejects.toBeInstanceOf(UserError)
    const change = client.updateToxic('none', {...latency, type, attributes: {...attributes}})
    await expect(change).rejects.toBeInstanceOf(UserError)
  })

  it.each([
    ['slicer', {average_size: 0, size_variation: 1, delay: 0}],
    ['slicer', {average_size: 100, size_variation: 101}],
    ['bandwidth', {rate: 0}],
    ['limit_data', {bytes: 0}],
  ])('sends %s %j, which is odd but harmless', async (type, attributes) => {
    const call = client.addToxic('none', {...latency, type, attributes: {...attributes}})
    await expect(call).rejects.toThrow('proxy not found')
  })

  it('changes a toxic, and says when there is none', async () => {
    await client.createProxy({name: 'c', listen: '127.0.0.1:0', upstream: 'a:1'})
    await client.addToxic('c', {...latency, name: 'a/b'})
    const changed = {...latency, name: 'a/b', toxicity: 0.5, attributes: {latency: 7, jitter: 0}}
    expect(await client.updateToxic('c', changed)).toBe(true)
    expect((await client.proxy('c'))?.toxics).toEqual([changed])
    expect(await client.updateToxic('c', {...changed, name: 'other'})).toBe(false)
    await client.deleteProxy('c')
    expect(await client.updateToxic('c', changed)).toBe(false)
  })

  it('changes a toxic of a server before 2.6, which knows no PATCH', async () => {
    const asked: string[] = []
    const old = createServer(({method, url}, response) => {
      asked.push(`${method} ${url}`)
      response.writeHead(method === 'PATCH' ? 405 : 200).end()
    }).listen(0, '127.0.0.1')
    await once(old, 'listening')
    try {
      const change = connectToxiproxy(`http://127.0.0.1:${portOf(old)}`).updateToxic('p', latency)
      expect(await change).toBe(true)
      expect(asked).toEqual(['PATCH /proxies/p/toxics/slow', 'POST /proxies/p/toxics/slow'])
    } finally {
      old.closeAllConnections()
      old.close()
    }
  })

  it('says so, with a hint, when nothing listens', async () => {
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const url = `http://127.0.0.1:${portOf(free)}`
    free.close()
    await once(free, 'close')
    const failure = await rejection(connectToxiproxy(url).version())
    expect(failure.message).toMatch(`Toxiproxy does not answer at ${url}: `)
    expect(failure.message).toContain('ECONNREFUSED')
    expect(failure.hint).toContain('shakedown proxy')
  })

  it('gives up after its time limit, for each call anew', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const hasty = connectToxiproxy(`http://127.0.0.1:${portOf(silent)}`, {timeoutMs: 60})
    try {
      const failure = await rejection(hasty.removeToxic('p', 't'))
      expect(failure.message).toContain('DELETE /proxies/p/toxics/t took longer than 60 ms')
      await rejection(hasty.proxies())
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })

  it('takes 503 for a server that hangs, not for a refusal', async () => {
    const stuck = createServer((_, response) => response.writeHead(503).end('<html>Timeout</html>')).listen(
      0,
      '127.0.0.1',
    )
    await once(stuck, 'listening')
    try {
      const failure = await rejection(connectToxiproxy(`http://127.0.0.1:${portOf(stuck)}`).deleteProxy('p'))
      expect(failure.message).toContain('does not answer')
    } finally {
      stuck.closeAllConnections()
      stuck.close()
    }
  })

  it('tells something else on that port from a Toxiproxy', async () => {
    const other = createServer((_, response) => response.end('<html>welcome</html>')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    try {
      const failure = await rejection(connectToxiproxy(`http://127.0.0.1:${portOf(other)}`).proxies())
      expect(failure.message).toContain('is not Toxiproxy')
    } finally {
      other.closeAllConnections()
      other.close()
    }
  })

  it('makes a toxic bite', async () => {
    const echo = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const {listen} = await client.createProxy({
      name: 'e',
      listen: '127.0.0.1:0',
      upstream: `127.0.0.1:${portOf(echo)}`,
    })
    await client.addToxic('e', {...latency, attributes: {latency: 80}})
    const startedAt = performance.now()
    const socket = connect(Number(listen.split(':')[1]), '127.0.0.1')
    socket.write('GET / HTTP/1.0\r\n\r\n')
    await once(socket, 'data')
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79)
    socket.destroy()
    echo.close()
    await client.deleteProxy('e')
  })
})
