import {once} from 'node:events'
import {createServer, type Server, type Socket} from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import {probeEdge} from '../../src/clients/probe.js'

let server: Server | undefined

const serve = async (onConnection: (socket: Socket) => void): Promise<string> => {
  server = createServer((socket) => {
    socket.on('error', () => {})
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

afterEach(() => {
  server?.close()
})

describe('a probe', () => {
  it.each([
    ['answered', (socket: Socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n'))],
    ['closed', (socket: Socket) => socket.on('data', () => socket.end())],
    ['reset', (socket: Socket) => socket.on('data', () => socket.resetAndDestroy())],
    ['timeout', (socket: Socket) => socket.resume()],
  ] as const)('says %s', async (outcome, behave) => {
    const address = await serve(behave)
    const result = await probeEdge(address, {kind: 'http', path: '/'}, {limitMs: 300})
    expect(result.outcome).toBe(outcome)
    if (outcome === 'timeout') expect(result.ms).toBeGreaterThanOrEqual(299)
  })

  it('says refused where nobody listens', async () => {
    expect(await probeEdge('127.0.0.1:9', {kind: 'tcp'}, {limitMs: 300})).toMatchObject({outcome: 'refused'})
  })

  it('asks a PostgreSQL server in its own words', async () => {
    let asked = Buffer.alloc(0)
    const address = await serve((socket) =>
      socket.on('data', (data) => {
        asked = data
        socket.write('N')
      }),
    )
    expect(await probeEdge(address, {kind: 'postgres'}, {limitMs: 5_000})).toMatchObject({
      outcome: 'answered',
    })
    expect([asked.readInt32BE(0), asked.readInt32BE(4)]).toEqual([8, 80877103])
  })

  const http = {kind: 'http', path: '/'} as const

  it('can watch for the whole answer, until nothing more comes or it is cut off', async () => {
    const address = await serve((socket) =>
      socket.once('data', () => {
        socket.write('12345')
        setTimeout(() => socket.write('67890'), 120)
      }),
    )
    const whole = await probeEdge(address, http, {limitMs: 10_000, watch: 'whole', quietMs: 1_500})
    expect(whole).toMatchObject({outcome: 'answered', sent: 31, received: 10})
    // Up to the last byte, without the silence after it.
    expect(whole.ms).toBeGreaterThanOrEqual(119)
    expect(whole.ms).toBeLessThan(1_500)
    server?.close()
    const cut = await serve((socket) => socket.once('data', () => socket.end('123')))
    const ended = await probeEdge(cut, http, {limitMs: 3_000, watch: 'whole'})
    expect(ended).toMatchObject({outcome: 'closed', received: 3})
  })

  it.each([
    ['closed', true],
    ['timeout', false],
  ] as const)('can watch how its connection ends after the answer: %s', async (outcome, ends) => {
    // A server that keeps its half open leaves the decision to us.
    const holder = createServer({allowHalfOpen: true}, (socket) => {
      socket.once('data', () => socket.write('ok'))
      socket.once('end', () => ends && setTimeout(() => socket.end(), 150))
    }).listen(0, '127.0.0.1')
    server = holder
    await once(holder, 'listening')
    const address = holder.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const result = await probeEdge(`127.0.0.1:${port}`, http, {limitMs: ends ? 5_000 : 400, watch: 'close'})
    expect(result).toMatchObject({outcome, received: 2})
    if (ends) expect(result.ms).toBeGreaterThanOrEqual(149)
  })

  it('gives up at once when it is told to', async () => {
    const address = await serve((socket) => socket.resume())
    const stop = new AbortController()
    const probe = probeEdge(address, http, {limitMs: 20_000, signal: stop.signal})
    stop.abort()
    expect(await probe).toMatchObject({outcome: 'error'})
    expect(await probeEdge(address, http, {limitMs: 20_000, signal: stop.signal})).toMatchObject({
      outcome: 'error',
    })
  })
})
