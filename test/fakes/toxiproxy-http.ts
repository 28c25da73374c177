import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server} from 'node:http'
import {startToxiproxyServer} from '../../src/toxiproxy/server.js'
import {openRig, type Peer, portOf, type Rig, within} from '../contracts/toxiproxy-rig.js'

/** An answer as it came over the wire. */
export interface WireAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** The answers in a stream, all with a Content-Length or none; `asked` are their methods, for HEAD. */
export const answersIn = (stream: Buffer, asked: readonly string[] = []): WireAnswer[] => {
  const answers: WireAnswer[] = []
  for (let rest = stream.toString('latin1'); rest.includes('\r\n\r\n'); ) {
    const [head = '', ...lines] = rest.slice(0, rest.indexOf('\r\n\r\n')).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.split(':', 1)[0]?.toLowerCase() ?? '',
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    )
    rest = rest.slice(rest.indexOf('\r\n\r\n') + 4)
    const status = Number(head.split(' ')[1])
    const bytes =
      asked[answers.filter((answer) => answer.status >= 200).length] === 'HEAD'
        ? 0
        : Number(headers['content-length'] ?? 0)
    if (rest.length < bytes) break
    answers.push({status, headers, body: rest.slice(0, bytes)})
    rest = rest.slice(bytes)
  }
  return answers
}

/** A proxy before an HTTP service that says which requests it got. */
export interface HttpRig {
  rig: Rig
  /** Port of the proxy. */
  port: number
  /** What reached the service, as `METHOD /path body`. */
  served: string[]
  service: Server
  toxic(attributes: object, more?: object): Promise<unknown>
  removeToxic(): Promise<unknown>
  /** The toxic's counters: seen, matched, answered, delayed. */
  counts(): Promise<Record<string, number>>
  /** Waits for so many answers. */
  answers(peer: Peer, count: number, asked?: readonly string[]): Promise<WireAnswer[]>
  close(): Promise<void>
}

const readAll = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

const metric = /^shakedown_toxic_requests(?:_(\w+))?_total\{.*toxic="t"\} (\d+)$/

/** Starts both. The service answers "served METHOD /path", after `?wait=MS` if asked. */
export const openHttpRig = async (seed = 1): Promise<HttpRig> => {
  const {url, close} = await startToxiproxyServer({host: '127.0.0.1', port: 0, seed})
  const rig = await openRig({url, kind: 'embedded', stop: close})
  const served: string[] = []
  const service = createServer(async (request, response) => {
    const {method, url: path = ''} = request
    try {
      served.push(`${method} ${path} ${await readAll(request)}`.trim())
    } catch {
      return
    }
    const wait = Number(/wait=(\d+)/.exec(path)?.[1] ?? 0)
    setTimeout(
      () =>
        response
          .setHeader('Content-Length', `served ${method} ${path}`.length)
          .end(`served ${method} ${path}`),
      wait,
    )
  }).listen(0, '127.0.0.1')
  await once(service, 'listening')
  const port = await rig.proxy('p', `127.0.0.1:${portOf(service)}`)
  return {
    rig,
    port,
    served,
    service,
    toxic: (attributes, more) => rig.toxic('p', 'http', attributes, {name: 't', stream: 'upstream', ...more}),
    removeToxic: () => rig.must('DELETE', '/proxies/p/toxics/t'),
    counts: async () => {
      const {text} = await rig.call('GET', '/metrics')
      const lines = text
        .split('\n')
        .map((line) => metric.exec(line))
        .filter((found) => found !== null)
      return Object.fromEntries(lines.map(([, name = 'seen', value]) => [name, Number(value)]))
    },
    answers: async (peer, count, asked) => {
      const enough = async (): Promise<WireAnswer[]> => {
        for (;;) {
          const answers = answersIn(peer.received(), asked)
          if (answers.length >= count) return answers
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
      }
      return await within(enough(), `${count} answers`)
    },
    close: async () => {
      await rig.close()
      service.closeAllConnections()
      service.close()
      await close()
    },
  }
}
