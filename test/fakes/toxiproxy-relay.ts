import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

/** What is wrong with an API; nothing, when none is given. */
export interface Ailment {
  /** Only requests of this method suffer; all by default. */
  method?: string
  /** The request is passed on only after this long. */
  passAfterMs?: number
  /** Answered at once with this status: whether the request is passed on as well is told by `passAfterMs`. */
  answer?: number
  /** The reply never comes, though the request is passed on. */
  swallow?: boolean
}

/** An HTTP relay in front of a real API, which can be made sick while it runs. */
export interface Relay {
  url: string
  ailment: Ailment | undefined
  stop(): void
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** Starts a relay to the API at `url`. */
export const startRelay = async (url: string): Promise<Relay> => {
  const stopping = new AbortController()
  const relay: Relay = {url: '', ailment: undefined, stop: () => {}}

  const passOn = async (request: IncomingMessage, body: string) => {
    const content = body === '' ? {} : {body}
    const options = {method: request.method ?? 'GET', signal: stopping.signal, ...content}
    const response = await fetch(`${url}${request.url}`, options)
    return {status: response.status, text: await response.text()}
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const {ailment} = relay
    const sick = ailment !== undefined && (ailment.method ?? request.method) === request.method
    const {passAfterMs, answer: status, swallow} = sick ? ailment : {}
    const body = await bodyOf(request)
    if (status !== undefined) response.writeHead(status).end('{"error":"out of order"}')
    if (status !== undefined && passAfterMs === undefined) return
    if (passAfterMs) await sleep(passAfterMs, undefined, {signal: stopping.signal})
    const passed = await passOn(request, body)
    if (status === undefined && !swallow) response.writeHead(passed.status).end(passed.text)
  }

  const server = createServer((request, response) => {
    // An API that is gone, or a test that is over, ends the exchange.
    answer(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  relay.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  relay.stop = () => {
    stopping.abort()
    server.closeAllConnections()
    server.close()
  }
  return relay
}
