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
    const result = await probeEdge(address, {kind: 'http', path: '/'}, 300)
    expect(result.outcome).toBe(outcome)
    if (outcome === 'timeout') expect(result.ms).toBeGreaterThanOrEqual(299)
  })

  it('says refused where nobody listens', async () => {
    expect(await probeEdge('127.0.0.1:9', {kind: 'tcp'}, 300)).toMatchObject({outcome: 'refused'})
  })

  it('asks a PostgreSQL server in its own words', async () => {
    let asked = Buffer.alloc(0)
    const address = await serve((socket) =>
      socket.on('data', (data) => {
        asked = data
        socket.write('N')
      }),
    )
    expect(await probeEdge(address, {kind: 'postgres'}, 300)).toMatchObject({outcome: 'answered'})
    expect([asked.readInt32BE(0), asked.readInt32BE(4)]).toEqual([8, 80877103])
  })
})
