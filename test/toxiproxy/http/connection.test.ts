import {once} from 'node:events'
import {createServer, type Socket} from 'node:net'
import {setTimeout as delay} from 'node:timers/promises'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {eventually, type Peer, portOf} from '../../contracts/toxiproxy-rig.js'
import {answersIn, type HttpRig, openHttpRig} from '../../fakes/toxiproxy-http.js'

let http: HttpRig

beforeEach(async () => {
  http = await openHttpRig()
})
afterEach(() => http.close())

const charge = 'POST /charge HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'
const chunked = 'POST /charge HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'
const browse = 'GET /products HTTP/1.1\r\nHost: a\r\n\r\n'

/** Writes in pieces that arrive as pieces. */
const writeCut = async (peer: Peer, text: string, cuts: readonly number[]): Promise<void> => {
  for (const [index, cut] of [0, ...cuts].entries()) {
    peer.socket.write(text.slice(cut, cuts[index]))
    await delay(1)
  }
}

const statuses = async (peer: Peer, count: number): Promise<number[]> =>
  (await http.answers(peer, count)).map(({status}) => status)

describe('on one connection an http toxic', () => {
  it.each([
    ['a length', charge],
    ['chunks', chunked],
  ])('finds a request whose body has %s, wherever it is cut', async (_, request) => {
    await http.toxic({status: 503, path: '/charge'})
    const cutAt = async (cut: number): Promise<void> => {
      const peer = await http.rig.dial(http.port)
      await writeCut(peer, request + browse, [cut])
      expect(await statuses(peer, 2)).toEqual([503, 200])
      peer.socket.destroy()
    }
    await Promise.all(Array.from(request, (_character, index) => cutAt(index + 1)))
    expect(new Set(http.served)).toEqual(new Set(['GET /products']))
    expect(http.served).toHaveLength(request.length)
  })

  it('answers each request once and in order, whatever is asked and however it is cut', async () => {
    await http.toxic({status: 503, path: '/charge'})
    const requests = fc.array(
      fc.constantFrom(charge, chunked, browse, browse.replace('s HTTP', 's?wait=3 HTTP')),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    await fc.assert(
      fc.asyncProperty(requests, fc.array(fc.nat(400), {maxLength: 6}), async (asked, cuts) => {
        const peer = await http.rig.dial(http.port)
        const stream = asked.join('')
        const places = [...new Set(cuts)]
          .filter((cut) => cut < stream.length)
          .sort((one, other) => one - other)
        await writeCut(peer, stream, places)
        expect(await statuses(peer, asked.length)).toEqual(
          asked.map((one) => (one.includes('/charge') ? 503 : 200)),
        )
        peer.socket.destroy()
      }),
      {numRuns: 40},
    )
  })

  it('takes up a connection that was open before it, from the next request on', async () => {
    const peer = await http.rig.dial(http.port)
    peer.socket.write(charge)
    await http.answers(peer, 1)
    await http.toxic({status: 503, path: '/charge'})
    peer.socket.write(charge)
    expect(await statuses(peer, 2)).toEqual([200, 503])
  })

  it('comes in the middle of a body and leaves that request alone', async () => {
    const peer = await http.rig.dial(http.port)
    peer.socket.write(charge.slice(0, -3))
    await delay(30)
    await http.toxic({status: 503, path: '/charge'})
    peer.socket.write('llo')
    expect(await statuses(peer, 1)).toEqual([200])
    peer.socket.write(charge)
    expect(await statuses(peer, 2)).toEqual([200, 503])
    expect(http.served).toEqual(['POST /charge hello'])
  })

  it('finishes the request in hand when it is taken away', async () => {
    await http.toxic({status: 503, path: '/charge'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(charge.slice(0, -3))
    await eventually('the request was met', async () => (await http.counts())['matched'] === 1)
    await http.removeToxic()
    await delay(20)
    peer.socket.write(`llo${charge}`)
    expect(await statuses(peer, 2)).toEqual([503, 200])
    expect(http.served).toEqual(['POST /charge hello'])
  })

  it('lets go of half a head when it is taken away', async () => {
    await http.toxic({status: 503, path: '/charge'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(charge.slice(0, 30))
    await delay(30)
    await http.removeToxic()
    peer.socket.write(charge.slice(30))
    expect(await statuses(peer, 1)).toEqual([200])
  })

  it.each([
    [{status: 504}, 504],
    [{}, 200],
  ])('gives up waiting when it is taken away: %j', async (more, status) => {
    await http.toxic({delay: 60_000, ...more})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(charge)
    await eventually('the request was met', async () => (await http.counts())['delayed'] === 1)
    await http.removeToxic()
    expect(await statuses(peer, 1)).toEqual([status])
    peer.socket.write(charge)
    expect(await statuses(peer, 2)).toEqual([status, 200])
  })

  it('changes without letting go: a new share holds from the next request on', async () => {
    await http.toxic({delay: 300, path: '/charge', status: 503})
    const peer = await http.rig.dial(http.port)
    const start = performance.now()
    peer.socket.write(charge)
    await eventually('the request was met', async () => (await http.counts())['delayed'] === 1)
    await http.rig.must('POST', '/proxies/p/toxics/t', {attributes: {share: 0}})
    expect(await statuses(peer, 1)).toEqual([503])
    expect(performance.now() - start).toBeGreaterThanOrEqual(299)
    peer.socket.write(charge)
    expect(await statuses(peer, 2)).toEqual([503, 200])
    expect(await http.counts()).toMatchObject({seen: 2, matched: 2, answered: 1})
  })

  it('still answers when the service closes meanwhile', async () => {
    http.service.keepAliveTimeout = 50
    await http.toxic({delay: 400, status: 504, path: '/charge'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(browse)
    await http.answers(peer, 1)
    peer.socket.write(charge)
    await delay(20)
    // The service has nothing to do on this connection, and ends it.
    http.service.closeIdleConnections()
    expect(await statuses(peer, 2)).toEqual([200, 504])
    expect(await peer.ending).toBe('end')
  })

  it('ends with a client that goes in the middle of a body', async () => {
    await http.toxic({status: 503})
    const peer = await http.rig.dial(http.port)
    peer.socket.end(charge.slice(0, -3))
    expect(await peer.ending).toBe('end')
    expect(peer.received()).toHaveLength(0)
  })

  it('holds no more than the client reads', async () => {
    await http.toxic({status: 503, body: 'x'.repeat(20_000)})
    const peer = await http.rig.dial(http.port)
    peer.socket.pause()
    const asked = 2_000
    peer.socket.write(browse.repeat(asked))
    await eventually('the first answers', async () => ((await http.counts()).answered ?? 0) > 0)
    await delay(300)
    const {answered = 0} = await http.counts()
    // What the system's buffers take is some megabytes; one chunk alone has well over a thousand requests.
    expect(answered).toBeLessThan(1_000)
    peer.socket.resume()
    await eventually(
      'all answers',
      () => peer.reads.reduce((sum, {bytes}) => sum + bytes, 0) > asked * 20_000,
    )
    expect(await http.counts()).toMatchObject({answered: asked})
  })
})

describe('what is not HTTP/1', () => {
  const raw = async (onClient: (socket: Socket) => void): Promise<Peer> => {
    const server = createServer(onClient).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const port = await http.rig.proxy('raw', `127.0.0.1:${portOf(server)}`)
    server.unref()
    await http.rig.toxic('raw', 'http', {status: 503}, {stream: 'upstream'})
    return await http.rig.dial(port)
  }

  it.each(['\x16\x03\x01\x00', 'PRI * HTTP/2.0\r\n\r\n', 'PING\r\n', 'GET / HTTP/1.1\n\n', '\0'])(
    'passes untouched: %j',
    async (data) => {
      const peer = await raw((socket) => socket.pipe(socket))
      const all = data + browse
      peer.socket.write(data)
      await peer.receive(data.length)
      peer.socket.write(browse)
      expect((await peer.receive(all.length)).toString()).toBe(all)
    },
  )

  it.each([
    [
      'GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    ],
    ['CONNECT a:1 HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'],
  ])('passes a tunnel untouched, also where it looks like requests: %j', async (request, answer) => {
    const peer = await raw((socket) => {
      socket.once('data', () => {
        socket.write(answer)
        socket.pipe(socket)
      })
    })
    peer.socket.write(request)
    await peer.receive(answer.length)
    for (const text of ['GET', ' / HTTP/1.1\r\n\r\n', browse]) {
      const before = peer.received().length
      peer.socket.write(text)
      expect((await peer.receive(before + text.length)).subarray(before).toString()).toBe(text)
    }
  })

  it('a refused upgrade leaves the connection to HTTP', async () => {
    await http.toxic({status: 503, path: '/charge'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write('GET /charge HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n')
    await http.answers(peer, 1)
    peer.socket.write(charge)
    expect(await statuses(peer, 2)).toEqual([200, 503])
  })

  it('a service that does not answer in HTTP costs the promised answer its connection, not its order', async () => {
    const peer = await raw((socket) =>
      socket.once('data', () => setTimeout(() => socket.write('220 hello\r\n'), 50)),
    )
    await http.rig.must('POST', '/proxies/raw/toxics/http_upstream', {attributes: {path: '/charge'}})
    peer.socket.write(browse + charge)
    expect(await peer.ending).toBe('end')
    expect(peer.received().toString()).toBe('220 hello\r\n')
    expect(answersIn(peer.received())).toEqual([])
  })
})
