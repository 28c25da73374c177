import {createServer, type ServerHttp2Session} from 'node:http2'
import {type AddressInfo, createServer as createTcp, type Server, type Socket} from 'node:net'
import {expect, it, onTestFinished} from 'vitest'
import {Call, type Ending} from '../../../src/engines/pacer/call.js'
import {http2Transport} from '../../../src/engines/pacer/http2.js'
import {originOptions} from '../../../src/engines/pacer/socket-options.js'

const start = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  // A TCP server has an address with a port.
  const {port} = server.address() as AddressInfo
  const transport = http2Transport(originOptions(`http://127.0.0.1:${port}`))
  onTestFinished(() => {
    transport.close()
    server.close()
  })
  const send = () => {
    let call: Call | undefined
    const ending = new Promise<Ending>((resolve) => {
      call = new Call(60_000, false, (_call, how) => resolve(how))
      transport.send(call, 'GET', {path: '/', headers: [], body: null})
    })
    return {call, ending}
  }
  return {send}
}

/** A server that allows few streams, answers after a while, and says what it saw. */
const strictServer = (allowed: number, delayMs: number) => {
  const server = createServer({settings: {maxConcurrentStreams: allowed}})
  const seen = {sessions: 0, mostStreams: 0}
  server.on('session', (session: ServerHttp2Session) => {
    seen.sessions++
    let open = 0
    session.on('stream', (stream) => {
      seen.mostStreams = Math.max(seen.mostStreams, ++open)
      stream.on('close', () => open--)
      setTimeout(() => {
        stream.respond({':status': 200})
        stream.end('hello')
      }, delayMs)
    })
  })
  return {server, seen}
}

it('what is sent before the server has said how many streams it allows is not refused, and goes over more connections', async () => {
  const {server, seen} = strictServer(5, 100)
  const {send} = await start(server)
  const endings = await Promise.all(Array.from({length: 40}, () => send().ending))
  expect(endings.every((ending) => 'status' in ending && ending.status === 200)).toBe(true)
  expect(seen.mostStreams).toBe(5)
  expect(seen.sessions).toBe(8)
})

it('connections are used again, and no more are opened than the streams need', async () => {
  const {server, seen} = strictServer(5, 5)
  const {send} = await start(server)
  for (let round = 0; round < 4; round++) await Promise.all(Array.from({length: 10}, () => send().ending))
  expect(seen.sessions).toBe(2)
})

it('a request that waits for the server can be given up, and fails when the connection does', async () => {
  const sockets: Socket[] = []
  // It lets everybody in and says nothing.
  const {send} = await start(createTcp((socket) => void sockets.push(socket.on('error', () => {}))))
  const [late, lost] = [send(), send()]
  late.call?.giveUp('timeout')
  expect(await late.ending).toEqual({failure: 'timeout'})
  while (sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  sockets[0]?.resetAndDestroy()
  expect(await lost.ending).toEqual({failure: 'reset'})
})
