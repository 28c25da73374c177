import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {expect, it, onTestFinished, vi} from 'vitest'
import {Call, type Ending} from '../../../src/engines/pacer/call.js'
import {http1Transport} from '../../../src/engines/pacer/http1.js'
import type {Outgoing} from '../../../src/engines/pacer/outgoing.js'
import {originOptions} from '../../../src/engines/pacer/socket-options.js'
import type {Transport} from '../../../src/engines/pacer/transport.js'

const outgoing: Outgoing = {path: '/', headers: [], body: null}

const sendOne = (transport: Transport, change: Partial<Outgoing> = {}) =>
  new Promise<Ending>((resolve) =>
    transport.send(new Call(10_000, false, (_call, ending) => resolve(ending)), 'POST', {
      ...outgoing,
      ...change,
    }),
  )

const start = async (server: Server) => {
  let opened = 0
  let open = 0
  server.on('connection', (socket) => {
    opened++
    open++
    socket.on('close', () => open--)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  // A TCP server has an address with a port.
  const transport = http1Transport(
    originOptions(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  )
  onTestFinished(() => {
    transport.close()
    server.closeAllConnections()
    server.close()
  })
  return {transport, opened: () => opened, open: () => open}
}

it('a connection is used again, and a new one is opened when all are busy', async () => {
  const {transport, opened} = await start(createServer((_request, response) => response.end('hello')))
  for (let n = 0; n < 5; n++) expect(await sendOne(transport)).toEqual({status: 200})
  expect(opened()).toBe(1)
  await Promise.all([sendOne(transport), sendOne(transport), sendOne(transport)])
  expect(opened()).toBe(3)
})

it('connections that nobody needs are closed before the server closes them', async () => {
  // The server says one second, and would wait for much longer.
  const server = createServer({keepAliveTimeout: 60_000}, (_request, response) => {
    response.setHeader('keep-alive', 'timeout=1')
    response.end('hello')
  })
  const {transport, opened, open} = await start(server)
  await Promise.all(Array.from({length: 5}, () => sendOne(transport)))
  expect(open()).toBe(5)
  await vi.waitFor(() => expect(open()).toBe(0), {timeout: 5000})
  expect(await sendOne(transport)).toEqual({status: 200})
  expect(opened()).toBe(6)
})

it('a connection that the server has closed is not used again', async () => {
  const server = createServer(({socket}, response) => {
    response.end('hello')
    setTimeout(() => socket.end(), 20)
  })
  const {transport, opened, open} = await start(server)
  expect(await sendOne(transport)).toEqual({status: 200})
  await vi.waitFor(() => expect(open()).toBe(0))
  expect(await sendOne(transport)).toEqual({status: 200})
  expect(opened()).toBe(2)
})

it('a body goes with its length in bytes', async () => {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      bodies.push(`${request.headers['content-length']} ${body}`)
      response.end()
    })
  })
  const {transport} = await start(server)
  await sendOne(transport, {body: 'grün'})
  await sendOne(transport)
  expect(bodies).toEqual(['5 grün', '0 '])
})
