import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

/** A Prometheus as it would be if its clock were another. */
export interface SkewedGateway {
  url: string
  close(): Promise<void>
}

type Point = [number, string]

const shifted = ([time, value]: Point, seconds: number): Point => [time + seconds, value]

/** Moves every time in an answer of the query API; `time()` and `timestamp()` answer as values, and move too. */
const moved = (text: string, query: string, seconds: number): string => {
  const answer = JSON.parse(text)
  const isTime = /^(time|timestamp)\(/.test(query)
  const point = (one: Point): Point => {
    const [time, value] = shifted(one, seconds)
    return [time, isTime ? String(Number(value) + seconds) : value]
  }
  const data = answer.data
  if (data?.resultType === 'scalar') data.result = point(data.result)
  if (data?.resultType === 'vector') for (const one of data.result) one.value = point(one.value)
  if (data?.resultType === 'matrix') for (const one of data.result) one.values = one.values.map(point)
  return JSON.stringify(answer)
}

/** Passes everything on to the Prometheus at `upstream`, as if its clock were `seconds` ahead. */
export const startSkewedGateway = async (upstream: string, seconds: number): Promise<SkewedGateway> => {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const form = new URLSearchParams(body)
    const time = form.get('time')
    if (time !== null) form.set('time', String(Number(time) - seconds))
    const init = {method: request.method ?? 'GET', ...(body !== '' && {body: form})}
    const answer = await fetch(`${upstream}${request.url}`, init).catch(() => undefined)
    const text = await answer?.text()
    if (answer === undefined || text === undefined) return void response.destroy()
    const isQuery = request.url?.startsWith('/api/v1/query') === true && answer.ok
    response.writeHead(answer.status, {'content-type': answer.headers.get('content-type') ?? 'text/plain'})
    response.end(isQuery ? moved(text, form.get('query') ?? '', seconds) : text)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this shape.
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
