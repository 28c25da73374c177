import {request} from 'undici'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import type {PrometheusAccess} from '../scenarios/prometheus-access.js'
import type {Environment} from '../system/environment.js'
import {readCredentials} from './prometheus-credentials.js'
import {routeTo} from './prometheus-route.js'
import {splitCredentials} from './prometheus-url.js'

/** Where results are sent to. */
export interface PosterOptions {
  /** What answers there, for messages: `Grafana`. */
  what: string
  /** The flag that named the address. */
  flag: string
  /** An http(s) URL; `user:password@` becomes basic authentication. */
  address: string
  access: Pick<PrometheusAccess, 'bearer' | 'basic' | 'headers'>
  environment: Environment
}

export interface Message extends Question {
  body: string | Uint8Array
}

export interface Question {
  /** Behind the path of the address; empty for the address itself. */
  path: string
  query?: readonly (readonly [name: string, value: string])[]
  headers: Record<string, string>
  /** For the whole exchange. */
  limitMs: number
  signal?: AbortSignal | undefined
}

/** Sends results to a server; no message of its errors holds a secret. */
export interface Poster {
  /** Fit to print: without credentials and query string. */
  url: string
  /** Throws EnvironmentError when nothing answers in time, or the answer is not of the class 2xx. */
  post(message: Message): Promise<string>
  /** Throws as `post` does. */
  get(question: Question): Promise<string>
  close(): Promise<void>
}

/** An answer is not read beyond this many characters; the address could lead anywhere. */
const mostOfAnswer = 1_000_000

const firstLine = (text: string): string => text.trim().split('\n')[0]?.slice(0, 200) ?? ''

const readText = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  let text = ''
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString('utf8')
    if (text.length > mostOfAnswer) break
  }
  return text
}

/** Runs `work` with a signal that aborts with the caller's, or after `limitMs`. */
const within = async <T>(
  {limitMs, signal}: Pick<Question, 'limitMs' | 'signal'>,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal?.throwIfAborted()
  const limit = new AbortController()
  const onAbort = (): void => limit.abort(signal?.reason)
  const timer = setTimeout(() => limit.abort(new Error(`no answer within ${limitMs / 1000} s`)), limitMs)
  signal?.addEventListener('abort', onAbort, {once: true})
  try {
    return await work(limit.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Opens a way to send; nothing is sent yet. Throws UserError when the address is no http(s) URL. */
export const openPoster = ({what, flag, address, access, environment}: PosterOptions): Poster => {
  const split = splitCredentials(address)
  if (!split)
    throw new UserError(`--${flag} is not an http:// or https:// URL`, {
      hint: `Write it as --${flag} http://host:3000, with the path prefix if there is one.`,
    })
  const {url, target, user} = split
  const {dispatcher} = routeTo(url, {}, environment)
  const exchange = async (
    method: 'GET' | 'POST',
    {path, query = [], headers, body, ...limits}: Question & Partial<Message>,
  ): Promise<string> => {
    const credentials = await readCredentials(access, user, environment)
    const to = new URL(target)
    to.pathname = to.pathname.replace(/\/$/, '') + path
    for (const [name, value] of query) to.searchParams.append(name, value)
    const answer = await within(limits, async (signal) => {
      const sent = {...headers, ...credentials.headers}
      const answered = await request(to, {method, headers: sent, body: body ?? null, dispatcher, signal})
      return {status: answered.statusCode, text: await readText(answered.body)}
    }).catch((cause: unknown) => {
      const reason = credentials.conceal(messageOf(cause)) || 'no connection'
      throw new EnvironmentError(`${what} does not answer at ${url}: ${reason}`, {cause})
    })
    if (answer.status >= 200 && answer.status < 300) return answer.text
    const said = firstLine(credentials.conceal(answer.text))
    throw new EnvironmentError(`${what} at ${url} answers with status ${answer.status}: ${said}`)
  }
  return {
    url,
    post: (message) => exchange('POST', message),
    get: (question) => exchange('GET', question),
    close: () => dispatcher.destroy(),
  }
}
