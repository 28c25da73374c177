import {EnvironmentError, messageOf} from '../errors.js'

/** What a call to the control API may be given. */
export interface ControlCall {
  method?: 'GET' | 'POST' | 'PATCH'
  body?: unknown
  limitMs?: number
  signal?: AbortSignal | undefined
}

const reasonOf = (body: unknown, status: number): string =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string'
    ? body.error
    : `status ${status}`

/**
 * Asks the control API of a supervisor; throws EnvironmentError when there is no answer within `limitMs` (3 s when
 * not given) or it refuses.
 */
export const askControl = async (
  controlUrl: string,
  path: string,
  {method = 'GET', body, limitMs = 3000, signal}: ControlCall = {},
): Promise<unknown> => {
  const limit = AbortSignal.timeout(limitMs)
  const request = {
    method,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    ...(body === undefined
      ? {}
      : {body: JSON.stringify(body), headers: {'content-type': 'application/json'}}),
  }
  const [status, answer] = await fetch(`${controlUrl}${path}`, request)
    .then(async (response): Promise<[number, unknown]> => [response.status, await response.json()])
    .catch((cause: unknown) => {
      signal?.throwIfAborted()
      const why = limit.aborted ? `within ${limitMs} ms` : `(${causeOf(cause)})`
      throw new EnvironmentError(`The reference deployment does not answer at ${controlUrl} ${why}`, {
        hint: 'It may have stopped; shakedown status tells, shakedown up starts it.',
        cause,
      })
    })
  if (status >= 400)
    throw new EnvironmentError(
      `The reference deployment refused ${method} ${path}: ${reasonOf(answer, status)}`,
    )
  return answer
}

/** fetch says only "fetch failed"; what happened is one level down. */
const causeOf = (thrown: unknown): string =>
  thrown instanceof Error && thrown.cause !== undefined ? messageOf(thrown.cause) : messageOf(thrown)
