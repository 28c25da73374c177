import {type Dispatcher, request} from 'undici'
import type {Clock} from '../system/clock.js'
import {TooMuch} from './prometheus-errors.js'
import {parseRetryAfter, type Response} from './prometheus-retry.js'

/** One request to the API. */
export interface Attempt {
  url: URL
  form: Record<string, string> | undefined
  headers: Record<string, string>
  dispatcher: Dispatcher
  timeoutMs: number
  /** Most bytes that an answer may have. */
  mostBytes: number
  clock: Clock
  signal: AbortSignal | undefined
}

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
    () => limit.abort(new TooMuch(`no whole answer within ${limitMs / 1000} s`, 'time')),
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

/** The whole body, unless it is too large: then what is left of it is not read. */
const readBody = async (body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > mostBytes)
      throw new TooMuch(`its answer has more than ${Math.round(mostBytes / 1e6)} MB`, 'samples')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Sends a request once. Throws TooMuch when the answer is not whole in time, or too large. */
export const attemptOnce = ({url, form, headers, signal, ...limits}: Attempt): Promise<Response> =>
  within(limits.timeoutMs, signal, async (limited) => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(url, {
      method: form ? 'POST' : 'GET',
      headers: {
        ...headers,
        accept: 'application/json',
        ...(form && {'content-type': 'application/x-www-form-urlencoded'}),
      },
      ...(form && {body: new URLSearchParams(form).toString()}),
      dispatcher: limits.dispatcher,
      signal: limited,
    })
    return {
      status: statusCode,
      body: await readBody(body, limits.mostBytes),
      retryAfterMs: parseRetryAfter(answered['retry-after'], limits.clock.now()),
    }
  })
