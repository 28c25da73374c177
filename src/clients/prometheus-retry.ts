import type {Clock} from '../system/clock.js'
import {refused} from './prometheus-answers.js'
import {parseJson} from './prometheus-errors.js'

/** A whole answer, whatever it says. */
export interface Response {
  status: number
  body: string
  /** What `Retry-After` asks for; `undefined` when it asks for nothing. */
  retryAfterMs: number | undefined
}

const firstPauseMs = 250
const longestPauseMs = 5_000

const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** A connection that could not be made, or was lost: a restart looks like that. */
const isConnectionFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && passing.has(String(error.code))

/** Refusals that pass by themselves: too busy, starting up, or a gateway without its server. */
const busy = new Set([429, 502, 503, 504])

/** Prometheus's own 503 says that the query took too long, or was cancelled: again would be as long. */
const ranOut = new Set(['timeout', 'canceled'])

const passes = ({status, body}: Response): boolean => {
  if (!busy.has(status)) return false
  const told = refused.safeParse(parseJson(body))
  return !told.success || !ranOut.has(told.data.errorType)
}

/** Seconds, or a date, as RFC 9110 has it. */
export const parseRetryAfter = (value: unknown, nowMs: number): number | undefined => {
  if (typeof value !== 'string') return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const atMs = Date.parse(value)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}

/** How long to go on asking, and by which clock. */
export interface Patience {
  patienceMs: number
  clock: Clock
  signal: AbortSignal | undefined
}

/**
 * Asks again while the failure is one that passes, after 0.25, 0.5, 1, 2, 4, 5, 5… s, or later when the server says so,
 * until the next attempt would begin more than `patienceMs` after the first. Queries change nothing, so all may be
 * sent again. Then the last answer is returned, or the last error thrown.
 */
export const withRetries = async (
  attempt: () => Promise<Response>,
  {patienceMs, clock, signal}: Patience,
): Promise<Response> => {
  const endMs = clock.now() + patienceMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    let answered: Response | undefined
    let failed: unknown
    try {
      answered = await attempt()
      if (!passes(answered)) return answered
    } catch (error) {
      if (!isConnectionFailure(error)) throw error
      failed = error
    }
    const waitMs = Math.max(pauseMs, answered?.retryAfterMs ?? 0)
    if (clock.now() + waitMs > endMs) {
      if (answered) return answered
      throw failed
    }
    await clock.sleep(waitMs, signal)
  }
}
