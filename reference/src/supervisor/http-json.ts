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
