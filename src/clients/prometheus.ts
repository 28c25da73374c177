import type {z} from 'zod'
import {UserError} from '../errors.js'
import type {PrometheusAccess} from '../scenarios/prometheus-access.js'
import {type Clock, systemClock} from '../system/clock.js'
import {type Environment, environment as ownEnvironment} from '../system/environment.js'
import {answered, answerOf, buildInfo, type PrometheusAnswer, serverConfig} from './prometheus-answers.js'
import {attemptOnce} from './prometheus-attempt.js'
import {readCredentials} from './prometheus-credentials.js'
import {notPrometheus, type Origin, parseJson, refusal, unreachable} from './prometheus-errors.js'
import {type Response, withRetries} from './prometheus-retry.js'
import {routeTo} from './prometheus-route.js'
import {readTls} from './prometheus-tls.js'
import {splitCredentials} from './prometheus-url.js'

/** How to ask. */
export interface Asking {
  signal?: AbortSignal | undefined
  /** Failures that pass by themselves are waited out for this long; default 3 s, 0 asks once. */
  patienceMs?: number | undefined
  /** How old a sample may be and still answer; the server's own (5 minutes mostly) by default. */
  lookbackMs?: number | undefined
}

/** The HTTP API of a Prometheus, version 2 or 3, or of a server that speaks it. */
export interface PrometheusClient {
  /** Without credentials and query string: fit to print. */
  readonly url: string
  /**
   * Evaluates an expression at `atMs`, or at the server's own now. Throws UserError when the expression is at fault,
   * EnvironmentError when the server does not answer in time or answers with anything else. No message holds a secret.
   */
  query(expression: string, atMs: number | undefined, asking?: Asking): Promise<PrometheusAnswer>
  /** As in `Prometheus 3.5.0`. */
  version(asking?: Asking): Promise<string>
  /** The server's configuration as YAML; not every user may read it, and not every server has one. */
  config(asking?: Asking): Promise<string>
  close(): Promise<void>
}

export interface PrometheusOptions extends PrometheusAccess {
  /** With a path prefix if the server has one; `user:password@` becomes basic authentication. */
  url: string
  /** Most bytes of one answer; default 64 MB, some two million samples. */
  mostBytes?: number
  /** Where secrets and the proxy are looked up; the process's own by default. */
  environment?: Environment
  clock?: Clock
}

interface Call extends Asking {
  path: string
  form?: Record<string, string>
}

const usualTimeoutMs = 10_000
const usualPatienceMs = 3_000
const usualMostBytes = 64_000_000

/** The address of one endpoint of the API; a path prefix and a query string of the base stay. */
const endpoint = (base: string, path: string): URL => {
  const url = new URL(base)
  url.pathname = url.pathname.replace(/\/$/, '') + path
  return url
}

/** Sends calls: each attempt with credentials read anew, passing failures waited out. */
const openSender = (options: PrometheusOptions) => {
  const {environment = ownEnvironment(), clock = systemClock} = options
  const {timeoutMs = usualTimeoutMs, mostBytes = usualMostBytes} = options
  const split = splitCredentials(options.address?.reveal() ?? options.url)
  if (!split)
    throw new UserError('The address of Prometheus is not an http:// or https:// URL', {
      hint: 'Write it as http://host:9090, with user:password@ before the host if it needs them.',
    })
  const {url, target, user} = split
  const tls = readTls(options.tls ?? {}, new URL(url).hostname)
  const {dispatcher, proxyFrom} = routeTo(url, tls, environment)
  const origin: Origin = {url, proxyFrom, conceal: (text) => text}
  const send = async ({path, form, signal, patienceMs = usualPatienceMs}: Call): Promise<Response> => {
    const attempt = async (): Promise<Response> => {
      const {headers, conceal} = await readCredentials(options, user, environment)
      origin.conceal = conceal
      const limits = {timeoutMs, mostBytes, clock, signal}
      return await attemptOnce({url: endpoint(target, path), form, headers, dispatcher, ...limits})
    }
    try {
      return await withRetries(attempt, {patienceMs, clock, signal})
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof UserError) throw cause
      throw unreachable(origin, cause)
    }
  }
  return {origin, send, close: () => dispatcher.destroy()}
}

/**
 * Opens a client; nothing is sent yet. Throws UserError when the address is no http(s) URL, or a file of TLS is not
 * what it should be.
 */
export const openPrometheus = (options: PrometheusOptions): PrometheusClient => {
  const {origin, send, close} = openSender(options)

  const read = async <Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> => {
    const {status, body} = await send(call)
    if (status !== 200) throw refusal(origin, status, body, call.form?.['query'])
    const parsed = schema.safeParse(parseJson(body))
    if (!parsed.success) throw notPrometheus(origin, status, body, parsed.error)
    return parsed.data
  }

  return {
    url: origin.url,
    query: async (expression, atMs, asking) => {
      const form = {
        query: expression,
        ...(atMs !== undefined && {time: (atMs / 1000).toFixed(3)}),
        ...(asking?.lookbackMs !== undefined && {lookback_delta: `${Math.ceil(asking.lookbackMs)}ms`}),
      }
      return answerOf(await read({path: '/api/v1/query', form, ...asking}, answered))
    },
    version: async (asking) => {
      const {data} = await read({path: '/api/v1/status/buildinfo', ...asking}, buildInfo)
      return `${data.application ?? 'Prometheus'} ${data.version}`
    },
    config: async (asking) =>
      (await read({path: '/api/v1/status/config', ...asking}, serverConfig)).data.yaml,
    close,
  }
}
