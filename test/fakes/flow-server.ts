import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onTestFinished} from 'vitest'

/** A request as it reached the shop. */
export interface ShopRequest {
  atMs: number
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Buffer
}

export interface Shop {
  url: string
  seen: ShopRequest[]
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  // Without an encoding set, a request is read as buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/**
 * A shop over a real socket: `/login` gives each user a token in the body, a session in a header and a cookie, and
 * `/pay` answers 200 only to a token that it gave; `/large` answers with more than
 * anybody keeps of an answer, and `/hang` not at all.
 */
export const startShop = async (): Promise<Shop> => {
  const seen: ShopRequest[] = []
  const tokens = new Set<string>()
  const server = createServer(async (request, response) => {
    const {method = '', url = '', headers} = request
    // A target needs metrics of its own; who reads them is no user.
    if (url === '/metrics') return response.end('shop_logins_total 0\n')
    seen.push({atMs: Date.now(), method, url, headers, body: await bodyOf(request)})
    if (url === '/login') {
      const token = `t"${tokens.size + 1}`
      tokens.add(token)
      response.setHeader('set-cookie', [`sid=${tokens.size}; Path=/; HttpOnly`, 'gone=1; Max-Age=0'])
      response.setHeader('x-session', `s${tokens.size}`)
      response.end(JSON.stringify({auth: {token}, broken: 'a\nb'}))
    } else if (url.startsWith('/pay')) {
      const known = tokens.has(String(headers.authorization).replace('Bearer ', ''))
      response.writeHead(known ? 200 : 401).end()
    } else if (url === '/order') {
      response.writeHead(201, {location: `http://${headers.host}/orders/7%20a?x=1`}).end()
    } else if (url === '/large') response.end(`{"x": "${'x'.repeat(2_000_000)}"}`)
    else if (url !== '/hang') response.writeHead(url === '/teapot' ? 418 : 200).end('[]')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // `address` is a string only for sockets in the file system.
  const {port} = server.address() as AddressInfo
  return {url: `http://127.0.0.1:${port}`, seen}
}
