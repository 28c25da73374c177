import http from 'node:http'
import https from 'node:https'
import type {Json} from '../../system/json.js'
import type {Access} from './access.js'
import type {Answer} from './errors.js'

/** One call to the API server. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string | number | undefined>
  body?: Json
  /** Of the body; JSON when left out. */
  type?: string
  /** What it does, for messages, as after "could not": "list the pods". */
  asked: string
  /** Twice is as good as once, so it may be sent again when no answer came. GET is always so. */
  again?: boolean
}

/** A failed attempt, and whether the API server can have seen it. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly landed: boolean
  readonly late: boolean

  constructor(cause: unknown, {landed, late}: {landed: boolean; late: boolean}) {
    super('no answer', {cause})
    this.landed = landed
    this.late = late
  }
}

/** Path and query of a call below the server's own path. */
const addressOf = (server: string, {path, query = {}}: Pick<ApiRequest, 'path' | 'query'>): URL => {
  const url = new URL(`${server}${path}`)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

/** Begins a call with our credentials; the caller ends it. Throws the signal's reason when it aborts before. */
export const beginRequest = async (
  access: Access,
  {method, path, query, body, type = 'application/json', again}: Omit<ApiRequest, 'asked'>,
  signal: AbortSignal,
): Promise<http.ClientRequest> => {
  const url = addressOf(access.server, {path, ...(query ? {query} : {})})
  const options = await access.authorize(signal)
  // Nothing is sent for who has gone meanwhile, and nobody would hear that it failed.
  signal.throwIfAborted()
  const once = method !== 'GET' && again !== true
  const text = body === undefined ? undefined : JSON.stringify(body)
  const content =
    text === undefined ? {} : {'content-type': type, 'content-length': String(Buffer.byteLength(text))}
  // A kept connection may just be closed by the other end, and then nobody knows whether what was sent was read: what may
  // not be sent twice gets one of its own.
  const own = once && access.kubeconfig.getCurrentCluster()?.proxyUrl === undefined ? {agent: false} : {}
  const headers = {...options.headers, accept: 'application/json', ...content}
  const {request} = url.protocol === 'http:' ? http : https
  const begun = request(url, {...options, ...own, headers, method})
  begun.end(text)
  return begun
}

const collect = (response: http.IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    response.on('data', (part: Buffer) => parts.push(part))
    response.on('end', () => resolve(Buffer.concat(parts).toString()))
    response.on('error', reject)
    response.on('close', () => {
      if (!response.complete) reject(Object.assign(new Error('the answer was cut off'), {code: 'ECONNRESET'}))
    })
  })

/** Codes of connections that were never made: the API server has seen nothing. */
const neverMade = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

const hasLanded = (thrown: unknown): boolean => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return !neverMade.has(code)
}

/** One attempt. Throws NoAnswer when there is none within `limitMs`, and the signal's reason when it aborts. */
export const attemptOnce = async (
  access: Access,
  asked: ApiRequest,
  limitMs: number,
  signal: AbortSignal,
): Promise<Answer> => {
  signal.throwIfAborted()
  const request = await beginRequest(access, asked, signal)
  let late = false
  const stop = (): void => void request.destroy(new Error('stopped'))
  const timer = setTimeout(() => {
    late = true
    stop()
  }, limitMs)
  signal.addEventListener('abort', stop, {once: true})
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve)
      request.on('error', reject)
    })
    const text = await collect(response)
    const {'retry-after': retryAfter} = response.headers
    return {status: response.statusCode ?? 0, text, retryAfter, unsure: false}
  } catch (cause) {
    signal.throwIfAborted()
    throw new NoAnswer(cause, {landed: late || hasLanded(cause), late})
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
