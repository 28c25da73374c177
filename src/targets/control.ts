import {EnvironmentError, messageOf} from '../errors.js'

/** What a call to the control API may be given. */
export interface ControlCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  limitMs?: number
  signal?: AbortSignal | undefined
}

const reasonOf = (body: unknown, status: number): string =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string'
    ? body.error
    : `status ${status}`

/**
 * Aborts after `limitMs`, or with `signal`. A timer of our own: a timeout signal that only `AbortSignal.any` refers to may
 * be collected on Node 20 before it fires, and a hanging supervisor would be waited for without end.
 */
const limitedBy = (limitMs: number, signal: AbortSignal | undefined) => {
  const limit = new AbortController()
  const abort = (): void => limit.abort()
  const timer = setTimeout(abort, limitMs)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, {once: true})
  const clear = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  return {signal: limit.signal, clear}
}

const fetchAnswer = async (url: string, request: RequestInit): Promise<[status: number, body: unknown]> => {
  const response = await fetch(url, request)
  return [response.status, await response.json()]
}

/**
 * Asks the control API of a supervisor; throws EnvironmentError when there is no answer within `limitMs` (3 s when
 * not given) or it refuses.
 */
export const askControl = async (
  controlUrl: string,
  path: string,
  {method = 'GET', body, limitMs = 3000, signal}: ControlCall = {},
): Promise<unknown> => {
  const limit = limitedBy(limitMs, signal)
  const content =
    body === undefined ? {} : {body: JSON.stringify(body), headers: {'content-type': 'application/json'}}
  const [status, answer] = await fetchAnswer(`${controlUrl}${path}`, {
    method,
    signal: limit.signal,
    ...content,
  })
    .catch((cause: unknown) => {
      signal?.throwIfAborted()
      const why = limit.signal.aborted ? `within ${limitMs} ms` : `(${causeOf(cause)})`
      throw new EnvironmentError(`The reference deployment does not answer at ${controlUrl} ${why}`, {
        hint: 'It may have stopped; shakedown status tells, shakedown up starts it.',
        cause,
      })
    })
    .finally(limit.clear)
  if (status >= 400)
    throw new EnvironmentError(
      `The reference deployment refused ${method} ${path}: ${reasonOf(answer, status)}`,
    )
  return answer
}

/** fetch says only "fetch failed"; what happened is one level down. */
const causeOf = (thrown: unknown): string =>
  thrown instanceof Error && thrown.cause !== undefined ? messageOf(thrown.cause) : messageOf(thrown)
