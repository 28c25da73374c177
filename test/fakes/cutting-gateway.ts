import {once} from 'node:events'
import {createServer, type ServerResponse} from 'node:http'

/** How an answer is not whole. */
const cuts = {
  /** Its length was announced, and the connection is lost half-way. */
  'breaks off': (response: ServerResponse, text: string) => {
    response.writeHead(200, {'content-type': 'application/json', 'content-length': Buffer.byteLength(text)})
    response.write(text.slice(0, text.length / 2), () => response.destroy())
  },
  /** In chunks, of which the last never comes. */
  'breaks off between chunks': (response: ServerResponse, text: string) => {
    response.writeHead(200, {'content-type': 'application/json'})
    response.write(text.slice(0, text.length / 2), () => response.destroy())
  },
  /** Half of it, as if that were all: a gateway with a limit of size does that. */
  'ends half-way': (response: ServerResponse, text: string) => {
    response.writeHead(200, {'content-type': 'application/json'})
    response.end(text.slice(0, text.length / 2))
  },
  'is empty': (response: ServerResponse) => {
    response.writeHead(200, {'content-type': 'application/json'}).end()
  },
}

export type Cut = keyof typeof cuts

/** A gateway in front of a Prometheus that cuts some of its answers. */
export interface CuttingGateway {
  url: string
  /** How answers are cut from now on, how many, and those to which queries; none without it. */
  cut: {how: Cut; times: number; of: RegExp} | undefined
  /** How many were. */
  made: number
  close(): Promise<void>
}

/** Starts a gateway that passes everything on to the Prometheus at `upstream`. */
export const startCuttingGateway = async (upstream: string): Promise<CuttingGateway> => {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const form = new URLSearchParams(body)
    const answer = await fetch(`${upstream}${request.url}`, {
      method: request.method ?? 'GET',
      ...(body !== '' && {body: form}),
    })
    const text = await answer.text()
    const {cut} = gateway
    if (cut && cut.times > 0 && cut.of.test(form.get('query') ?? '')) {
      cut.times--
      gateway.made++
      return cuts[cut.how](response, text)
    }
    response.writeHead(answer.status, {'content-type': 'application/json'}).end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const gateway: CuttingGateway = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    cut: undefined,
    made: 0,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return gateway
}
