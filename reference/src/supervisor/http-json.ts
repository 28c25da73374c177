/** The answer of a JSON API, whatever its status. */
export interface JsonAnswer {
  status: number
  /** `undefined` when the answer is empty or not JSON. */
  body: unknown
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Asks a JSON API; rejects when there is no whole answer within `limitMs` (1 s when not given). */
export const requestJson = async (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  {body, limitMs = 1000}: {body?: unknown; limitMs?: number} = {},
): Promise<JsonAnswer> => {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(limitMs),
    ...(body === undefined
      ? {}
      : {body: JSON.stringify(body), headers: {'content-type': 'application/json'}}),
  })
  return {status: response.status, body: parse(await response.text())}
}

/** What an API says is wrong: its `error`, or its status. */
export const reasonOf = ({status, body}: JsonAnswer): string =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string'
    ? body.error
    : `status ${status}`

/** Why there was no answer: `fetch` says only that it failed, the system's error is its cause. */
export const whyOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  // A connection refused on both IPv4 and IPv6 has no message, but an error for each.
  if (thrown instanceof AggregateError) return thrown.errors.map(whyOf).join('; ')
  return thrown.cause === undefined ? thrown.message : whyOf(thrown.cause)
}
