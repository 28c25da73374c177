import {Agent, request} from 'undici'
import type {z} from 'zod'
import {UserError} from '../errors.js'
import {answered, answerOf, buildInfo, type PrometheusAnswer, serverConfig} from './prometheus-answers.js'
import {notPrometheus, parseJson, refusal, unreachable} from './prometheus-errors.js'
import {splitCredentials} from './prometheus-url.js'

/** The HTTP API of a Prometheus, version 2 or 3, or of a server that speaks it. */
export interface PrometheusClient {
  /** Without credentials: fit to print. */
  readonly url: string
  /**
   * Evaluates an expression at `atMs`, or at the server's own now. Throws UserError when the expression is at fault,
   * EnvironmentError when the server does not answer within 10 s or answers with anything else.
   */
  query(expression: string, atMs: number | undefined, signal?: AbortSignal): Promise<PrometheusAnswer>
  version(signal?: AbortSignal): Promise<string>
  /** The server's configuration as YAML; not every user may read it, and not every server has one. */
  config(signal?: AbortSignal): Promise<string>
  close(): Promise<void>
}

export interface PrometheusOptions {
  /** With a path prefix if the server has one; `user:password@` becomes basic authentication. */
  url: string
  headers?: Record<string, string>
  /** Limit for each attempt of a request; default 10 s. */
  timeoutMs?: number
}

interface Call {
  path: string
  form?: Record<string, string>
  signal: AbortSignal | undefined
}

interface Response {
  status: number
  body: string
}

const connectionFailures = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

const isConnectionFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && connectionFailures.has(String(error.code))

/** Runs `work` with a signal that aborts with the caller's, or with an error after `limitMs`. */
const within = async <T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal?.throwIfAborted()
  const limit = new AbortController()
  const onAbort = (): void => limit.abort(signal?.reason)
  const timer = setTimeout(
    () => limit.abort(new Error(`no whole answer within ${limitMs / 1000} s`)),
    limitMs,
  )
  signal?.addEventListener('abort', onAbort, {once: true})
  try {
    return await work(limit.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The address of one endpoint of the API; a path prefix and a query string of the base stay. */
const endpoint = (base: string, path: string): URL => {
  const url = new URL(base)
  url.pathname = url.pathname.replace(/\/$/, '') + path
  return url
}

/** Opens a client; nothing is sent yet. Throws UserError when the address is no http(s) URL. */
export const openPrometheus = ({
  url: address,
  headers,
  timeoutMs = 10_000,
}: PrometheusOptions): PrometheusClient => {
  const split = splitCredentials(address)
  if (!split)
    throw new UserError('The address of Prometheus is not an http:// or https:// URL.', {
      hint: 'Write it as http://host:9090, with user:password@ before the host if it needs them.',
    })
  const {url, authorization} = split
  const agent = new Agent({connections: 4})
  const ownHeaders = {...(authorization && {authorization}), ...headers, accept: 'application/json'}

  const attempt = ({path, form, signal}: Call): Promise<Response> =>
    within(timeoutMs, signal, async (limited) => {
      const {statusCode, body} = await request(endpoint(url, path), {
        method: form ? 'POST' : 'GET',
        headers: {...ownHeaders, ...(form && {'content-type': 'application/x-www-form-urlencoded'})},
        ...(form && {body: new URLSearchParams(form).toString()}),
        dispatcher: agent,
        signal: limited,
      })
      return {status: statusCode, body: await body.text()}
    })

  const send = async (call: Call): Promise<Response> => {
    try {
      // Queries change nothing, so one that lost its connection may be sent again.
      return await attempt(call).catch((error: unknown) => {
        if (isConnectionFailure(error)) return attempt(call)
        throw error
      })
    } catch (cause) {
      call.signal?.throwIfAborted()
      throw unreachable(url, cause)
    }
  }

  const read = async <Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> => {
    const {status, body} = await send(call)
    if (status !== 200) throw refusal(url, status, body, call.form?.['query'])
    const parsed = schema.safeParse(parseJson(body))
    if (!parsed.success) throw notPrometheus(url, status, body, parsed.error)
    return parsed.data
  }

  return {
    url,
    query: async (expression, atMs, signal) => {
      const time = atMs === undefined ? {} : {time: (atMs / 1000).toFixed(3)}
      const form = {query: expression, ...time}
      return answerOf(await read({path: '/api/v1/query', form, signal}, answered))
    },
    version: async (signal) =>
      (await read({path: '/api/v1/status/buildinfo', signal}, buildInfo)).data.version,
    config: async (signal) => (await read({path: '/api/v1/status/config', signal}, serverConfig)).data.yaml,
    close: () => agent.destroy(),
  }
}
