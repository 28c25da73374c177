import {once} from 'node:events'
import {type AddressInfo, createServer, type Socket} from 'node:net'
import autocannon from 'autocannon'
import {describe, expect, it, onTestFinished} from 'vitest'
import {prepareLoad} from '../../../src/engines/autocannon/load-run.js'
import type {LoadSecond} from '../../../src/engines/engine.js'
import {planOf} from '../../fakes/engine-plan.js'
import {isBalanced, type SummedRequest, sumOf} from '../../fakes/engine-run.js'

/** Writes what it will, byte for byte, for each request that arrives; `n` counts from 0 over all connections. */
type Script = (socket: Socket, head: string, n: number) => void

/** A server that keeps to no rules of HTTP but those of its script. */
const startRawServer = async (script: Script) => {
  const counts = {requests: 0, connections: 0}
  const server = createServer((socket) => {
    counts.connections++
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += String(chunk)
      const heads = text.split('\r\n\r\n')
      text = heads.pop() ?? ''
      for (const head of heads) if (!socket.destroyed) script(socket, head, counts.requests++)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  // `address` is a string only for sockets in the file system.
  const {port} = server.address() as AddressInfo
  return {url: `http://127.0.0.1:${port}`, counts}
}

/** A short run in this thread. */
const fire = async (
  script: Script,
  {requests = [{name: 'one'}], connections = 3, pipelining = 1}: Partial<Fired> = {},
) => {
  const {url, counts} = await startRawServer(script)
  const loop = {connections, pipelining, durationMs: 400}
  const plan = planOf({endpoints: {edge: url}, requests, loop, timeoutMs: 300})
  const seconds: LoadSecond[] = []
  const startMs = performance.now()
  const totals = await new Promise((resolve, reject) => {
    prepareLoad(autocannon, plan)(
      {startAtMs: 0, now: () => performance.now() - startMs},
      {
        onSecond: (second) => seconds.push(second),
        onLive: () => {},
        onDone: resolve,
        onUncountable: reject,
      },
    )
  })
  expect(seconds.flatMap((second) => Object.values(second.requests)).every(isBalanced)).toBe(true)
  return {totals, counts, sum: (name = 'one'): SummedRequest => sumOf(seconds, name)}
}

interface Fired {
  requests: Parameters<typeof planOf>[0]['requests']
  connections: number
  pipelining: number
}

const whole = (status: number): string => `HTTP/1.1 ${status} X\r\ncontent-length: 2\r\n\r\nok`

describe('connections of autocannon, counted', () => {
  it('take a provisional answer for none', async () => {
    const {sum} = await fire((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${whole(200)}`))
    expect(sum().answered).toEqual({200: sum().sent})
    expect(sum().sent).toBeGreaterThan(10)
  })

  it('do not wait for the body of an answer to HEAD', async () => {
    const {sum} = await fire((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n'), {
      requests: [{name: 'one', method: 'HEAD'}],
    })
    expect(sum().answered).toEqual({200: sum().sent})
    expect(sum().sent).toBeGreaterThan(10)
  })

  it('send nothing more on a connection that the other side will close', async () => {
    const {sum, counts} = await fire((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'),
    )
    expect(sum().failed).toEqual({})
    expect(sum().answered).toEqual({200: sum().sent})
    expect(counts).toEqual({requests: sum().sent, connections: sum().sent})
    expect(sum().sent).toBeGreaterThan(10)
  })

  it('give up on what is no HTTP', async () => {
    const {sum, counts} = await fire((socket) => socket.write('so it goes\r\n\r\n'))
    expect(sum().failed).toEqual({other: sum().sent})
    expect(counts.requests).toBe(sum().sent)
  })

  it('do not take an answer too many for the answer to the next request', async () => {
    const {sum} = await fire((socket) => socket.write(whole(200) + whole(500)))
    expect(sum().answered['500']).toBeUndefined()
    expect(sum().answered['200']).toBeGreaterThan(3)
    expect(sum().failed['other']).toBeGreaterThan(3)
  })

  it.each([1, 4])(
    'keep answers with their requests when some are cut, %i at once on each',
    async (pipelining) => {
      const script: Script = (socket, head, n) => {
        if (n % 7 === 3) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nonly this')
        else socket.write(whole(head.startsWith('GET /a ') ? 200 : 404))
      }
      const requests = [
        {name: 'a', path: '/a'},
        {name: 'b', path: '/b'},
      ]
      const {sum, totals} = await fire(script, {requests, pipelining})
      expect(Object.keys(sum('a').answered)).toEqual(['200'])
      expect(Object.keys(sum('b').answered)).toEqual(['404'])
      expect(sum('a').failed['closed']).toBeGreaterThan(3)
      expect(totals).toMatchObject({skipped: 0})
    },
  )

  it('make no storm of a server that hangs up, and come back when it answers', async () => {
    let hangingUp = true
    setTimeout(() => {
      hangingUp = false
    }, 150)
    const {sum} = await fire((socket) => {
      if (hangingUp) socket.end()
      else socket.write(whole(200))
    })
    // Three connections, pauses of 10, 20, 40, 80 ms.
    expect(sum().failed['closed']).toBeLessThan(30)
    expect(sum().answered['200']).toBeGreaterThan(10)
  })

  it('count answers with a status that the request does not expect', async () => {
    const script: Script = (socket, head) => socket.write(whole(head.startsWith('GET /a ') ? 404 : 500))
    const requests = [
      {name: 'a', path: '/a', expect: [200, 404]},
      {name: 'b', path: '/b', expect: ['2xx' as const]},
      {name: 'c', path: '/c'},
    ]
    const {sum} = await fire(script, {requests})
    expect(sum('a').unexpected).toBe(0)
    expect(sum('b').unexpected).toBe(sum('b').sent)
    expect(sum('b').sent).toBeGreaterThan(3)
    expect(sum('c').unexpected).toBe(0)
  })

  it('refuse an autocannon of another make', async () => {
    const plan = planOf({
      endpoints: {edge: 'http://127.0.0.1:9'},
      requests: [{name: 'one'}],
      loop: {connections: 1, durationMs: 100},
    })
    const other = (async ({setupClient}: autocannon.Options) => {
      // Not the client that its type promises: that is the point.
      setupClient?.({} as autocannon.Client)
    }) as unknown as typeof autocannon
    const reason = await new Promise<string>((resolve) => {
      const run = prepareLoad(other, plan)(
        {startAtMs: 0, now: () => 1},
        {onSecond: () => {}, onLive: () => {}, onDone: () => {}, onUncountable: resolve},
      )
      onTestFinished(() => run.stop(0))
    })
    expect(reason).toMatch(/not made as they were/)
  })
})
