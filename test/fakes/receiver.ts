import {once} from 'node:events'
import {createServer, type IncomingHttpHeaders, type Server} from 'node:http'

/** What a server received. */
export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/** A real HTTP server that keeps what it is sent. */
export interface Receiver {
  url: string
  received: Received[]
  close(): Promise<void>
}

export interface Reply {
  status: number
  body: string
}

/** Answers as `reply` says; `undefined` answers nothing, for as long as the client likes. */
export const startReceiver = async (reply: (request: Received) => Reply | undefined): Promise<Receiver> => {
  const received: Received[] = []
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const {method = '', url: path = '', headers} = request
    const one = {method, path, headers, body: Buffer.concat(chunks)}
    received.push(one)
    const answer = reply(one)
    if (answer) response.writeHead(answer.status, {'content-type': 'application/json'}).end(answer.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const isTime = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 1e12

/** What Grafana's documentation says of `POST /api/annotations`, said as what it refuses. */
export const grafanaReply = ({method, path, headers, body}: Received, token = 'sesame'): Reply => {
  const refuse = (status: number, message: string): Reply => ({status, body: JSON.stringify({message})})
  if (!/^\/api\/annotations(\?|$)/.test(path)) return refuse(404, 'Not found')
  if (headers.authorization !== `Bearer ${token}`) return refuse(401, 'Invalid API key')
  if (method === 'GET') return {status: 200, body: '[]'}
  if (method !== 'POST') return refuse(404, 'Not found')
  if (headers['content-type'] !== 'application/json') return refuse(400, 'bad content type')
  const known = ['dashboardUID', 'panelId', 'time', 'timeEnd', 'tags', 'text']
  // It is an object, or this throws, and the test with it.
  const sent = JSON.parse(body.toString('utf8')) as Record<string, unknown>
  const tags = sent['tags']
  if (Object.keys(sent).some((name) => !known.includes(name))) return refuse(400, 'unknown field')
  if (typeof sent['text'] !== 'string' || sent['text'] === '')
    return refuse(400, 'text field should not be empty')
  if (!isTime(sent['time'])) return refuse(400, 'time is epoch ms')
  if ('timeEnd' in sent && !(isTime(sent['timeEnd']) && Number(sent['timeEnd']) >= Number(sent['time'])))
    return refuse(400, 'timeEnd is epoch ms')
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string' && tag.length <= 100))
    return refuse(400, 'tags are texts')
  return {status: 200, body: JSON.stringify({message: 'Annotation added', id: 1})}
}

/**
 * A Grafana that keeps what it takes: finds by tags, all of which an annotation must have, as many as `limit` says, and
 * says where each ends.
 */
export const keepingGrafana = (): ((request: Received) => Reply) => {
  const kept: {time: number; timeEnd?: number; tags: string[]; text: string}[] = []
  return (request) => {
    const reply = grafanaReply(request)
    if (reply.status !== 200) return reply
    if (request.method === 'POST') {
      kept.push(JSON.parse(request.body.toString('utf8')))
      return reply
    }
    const asked = new URL(request.path, 'http://grafana').searchParams
    const tags = asked.getAll('tags')
    const found = kept.filter((one) => tags.every((tag) => one.tags.includes(tag)))
    const told = found.map((one, id) => ({id, alertId: 0, ...one, timeEnd: one.timeEnd ?? one.time}))
    return {status: 200, body: JSON.stringify(told.slice(0, Number(asked.get('limit') ?? 100)))}
  }
}
