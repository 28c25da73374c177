import {EnvironmentError, reasonOf} from '../errors.js'

/** What Toxiproxy said no to. Kept apart from EnvironmentError so that "not found" can be told from the rest. */
export class ToxiproxyRefusal extends Error {
  override readonly name = 'ToxiproxyRefusal'
  readonly status: number

  constructor(status: number, reason: string) {
    super(reason)
    this.status = status
  }
}

/** No answer in time, or 503: not a no. What was asked may still happen. */
class ToxiproxySilence extends Error {
  override readonly name = 'ToxiproxySilence'
}

/** Whether a call ended without an answer from a server that has taken it: the change may land later. */
export const isSilence = (thrown: unknown): boolean =>
  thrown instanceof EnvironmentError && thrown.cause instanceof ToxiproxySilence

/** The part of the library's HTTP client that its proxies and toxics call. */
export interface Transport {
  get<T>(url: string): Promise<{data: T}>
  post<T>(url: string, body?: unknown): Promise<{data: T}>
  patch<T>(url: string, body: unknown): Promise<{data: T}>
  delete(url: string): Promise<void>
  getText(url: string): Promise<string>
}

/** The server's own words: `{"error": …}` in most refusals, else the first line of what it sent. */
const reasonIn = (body: string, status: number): string => {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && 'error' in parsed) return String(parsed.error)
  } catch {
    // Not JSON: the text itself is the reason.
  }
  return body.startsWith('<') || body.trim() === '' ? `status ${status}` : (body.split('\n', 1)[0] ?? '')
}

const unreachable = (base: string, cause: unknown): EnvironmentError =>
  new EnvironmentError(`Toxiproxy does not answer at ${base}: ${reasonOf(cause)}`, {
    hint: 'Start one with `shakedown proxy` (or `toxiproxy-server`), or correct the URL.',
    cause,
  })

const stuck = (base: string, what: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError(`Toxiproxy does not answer at ${base}: ${what}`, {
    hint: 'A real Toxiproxy hangs while a client does not read its data; the change may still land. Restart it if this lasts.',
    cause: new ToxiproxySilence(what, {cause}),
  })

/**
 * HTTP with a time limit of its own for each call, and with the server's reason in what it throws: ToxiproxyRefusal when
 * the server says no, EnvironmentError when it does not answer.
 */
export const boundedTransport = (base: string, timeoutMs: number): Transport => {
  const request = async (method: string, url: string, body?: unknown): Promise<string> => {
    // A timer of our own: that of AbortSignal.timeout does not keep a process alive that waits for nothing else.
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), timeoutMs)
    const {signal} = limit
    const asked = `${method} ${new URL(url).pathname}`
    const content =
      body === undefined ? {} : {body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}}
    try {
      const response = await fetch(url, {method, signal, ...content})
      const text = await response.text()
      // 503 is no refusal: the server gave up waiting for itself, and the change may land later.
      if (response.status === 503) throw stuck(base, `${asked} ended with 503`)
      if (!response.ok) throw new ToxiproxyRefusal(response.status, reasonIn(text, response.status))
      return text
    } catch (cause) {
      if (cause instanceof ToxiproxyRefusal || cause instanceof EnvironmentError) throw cause
      if (signal.aborted) throw stuck(base, `${asked} took longer than ${timeoutMs} ms`, cause)
      throw unreachable(base, cause)
    } finally {
      clearTimeout(timer)
    }
  }
  const requestJson = async <T>(method: string, url: string, body?: unknown): Promise<{data: T}> => {
    const text = await request(method, url, body)
    try {
      // The caller names the shape that the API documents for this call; an empty answer has none.
      return {data: (text === '' ? undefined : JSON.parse(text)) as T}
    } catch (cause) {
      throw new EnvironmentError(`What answers at ${base} is not Toxiproxy: ${url} gave no JSON`, {
        hint: "Give the URL of Toxiproxy's control API (its default port is 8474), not that of a proxied service.",
        cause,
      })
    }
  }
  return {
    get: (url) => requestJson('GET', url),
    post: (url, body) => requestJson('POST', url, body),
    patch: (url, body) => requestJson('PATCH', url, body),
    getText: (url) => request('GET', url),
    delete: async (url) => {
      await request('DELETE', url)
    },
  }
}
