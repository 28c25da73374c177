import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

/** A live target whose exposition a test decides, request by request. */
export interface Exporter {
  readonly url: string
  readonly port: number
  /** Requests seen so far. */
  readonly requests: IncomingMessage[]
  /** Answers with this text from now on. */
  expose(body: string | (() => string)): void
  /** Answers in any way at all from now on. */
  answer(respond: (request: IncomingMessage, response: ServerResponse) => void): void
  close(): Promise<void>
}

export const startExporter = async (body: string | (() => string) = ''): Promise<Exporter> => {
  const exposing =
    (text: string | (() => string)) =>
    (_: IncomingMessage, response: ServerResponse): void => {
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      response.end(typeof text === 'string' ? text : text())
    }
  let respond: (request: IncomingMessage, response: ServerResponse) => void = exposing(body)
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    respond(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this shape.
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    port,
    requests,
    expose: (text) => {
      respond = exposing(text)
    },
    answer: (responder) => {
      respond = responder
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
