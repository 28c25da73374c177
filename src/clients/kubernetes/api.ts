import {EnvironmentError} from '../../errors.js'
import type {Clock} from '../../system/clock.js'
import type {Access} from './access.js'
import {
  type Answer,
  codeOf,
  hasSeveralBudgets,
  refusalOf,
  refusedError,
  silentError,
  unreachableError,
} from './errors.js'
import {type ApiRequest, attemptOnce, NoAnswer} from './transport.js'

/** How long a cluster is waited for. */
export interface ClusterPatience {
  /** For one answer, in milliseconds. */
  limitMs: number
  /** For an API server that is away or overloaded, in milliseconds from the first attempt. */
  patienceMs: number
  /** After so many milliseconds without a word a watch is begun anew: the API server sends a bookmark each minute or so. */
  deafMs: number
  clock: Clock
  signal: AbortSignal
}

/** Calls to the API server. */
export interface Api {
  readonly access: Access
  readonly patience: ClusterPatience
  /** The answer, whatever it says. Throws EnvironmentError when there is none. */
  send(request: ApiRequest): Promise<Answer>
  /** What was answered, parsed; throws EnvironmentError, with what to do, when it was refused. */
  ask(request: ApiRequest): Promise<unknown>
  /** As `ask`, and undefined when there is no such object. */
  find(request: ApiRequest): Promise<unknown>
}

const firstPauseMs = 250
const longestPauseMs = 2_000

/** Too busy or starting up, except the no of a disruption budget, or of several, which is an answer. */
const passes = (answer: Answer): boolean =>
  (answer.status === 429 &&
    !refusalOf(answer).details.causes.some(({reason}) => reason === 'DisruptionBudget')) ||
  ([500, 502, 503, 504].includes(answer.status) && !hasSeveralBudgets(answer))

const passingCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
])

const askedToWaitMs = ({retryAfter}: Answer): number =>
  retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : 0

/** 429: nothing was begun. Any other failure of a server may have come after the change. */
const mayRepeat = (request: ApiRequest, landed: boolean): boolean =>
  !landed || request.method === 'GET' || request.again === true

/** One attempt, as its answer or as what kept the answer away. */
const attempt = async (
  access: Access,
  request: ApiRequest,
  {limitMs, signal}: ClusterPatience,
): Promise<Answer | NoAnswer> => {
  try {
    return await attemptOnce(access, request, limitMs, signal)
  } catch (thrown) {
    if (thrown instanceof NoAnswer) return thrown
    throw thrown
  }
}

const explain = ({cause, late}: NoAnswer, {asked}: ApiRequest, access: Access, limitMs: number): Error =>
  late ? silentError(limitMs, asked, access.where) : unreachableError(cause, access.where)

/**
 * Sends a call, again after 0.25, 0.5, 1, 2, 2… s (or as the API server asks) while it is away or overloaded, until its
 * patience is over. What may have changed something is sent again only where twice is as good as once.
 */
const sendPatiently = async (
  access: Access,
  request: ApiRequest,
  patience: ClusterPatience,
): Promise<Answer> => {
  const {clock, patienceMs, signal, limitMs} = patience
  const endMs = clock.now() + patienceMs
  let unsure = false
  let renewed = false
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const result = await attempt(access, request, patience)
    const failed = result instanceof NoAnswer
    const passing = failed ? !result.late && passingCodes.has(codeOf(result.cause)) : passes(result)
    if (!failed && !passing) {
      // Credentials may end, or be taken back, in the middle of a run: refused like this, nothing was begun.
      if (result.status !== 401 || renewed || !access.renew()) return {...result, unsure}
      renewed = true
      continue
    }
    const landed = failed ? result.landed : result.status !== 429
    const waitMs = Math.max(pauseMs, failed ? 0 : askedToWaitMs(result))
    if (!passing || !mayRepeat(request, landed) || clock.now() + waitMs > endMs) {
      if (failed) throw explain(result, request, access, limitMs)
      return {...result, unsure}
    }
    unsure ||= landed
    await clock.sleep(waitMs, signal)
  }
}

/** Throws EnvironmentError, with what to do, when the answer is a refusal. */
export const orThrow = (answer: Answer, asked: string, where: string): void => {
  if (answer.status >= 300) throw refusedError(answer, asked, where)
}

const contentOf = (answer: Answer, {asked}: ApiRequest, {where}: Access): unknown => {
  orThrow(answer, asked, where)
  try {
    return JSON.parse(answer.text)
  } catch (cause) {
    throw new EnvironmentError(`What answers is no API server: it sent no JSON (${where})`, {
      hint: 'Correct the `server` of the cluster in the kubeconfig; a login page of a proxy may stand before it.',
      cause,
    })
  }
}

/** Calls with credentials, a time limit, patience, and errors that say what to do. */
export const openApi = (access: Access, patience: ClusterPatience): Api => {
  const send = (request: ApiRequest): Promise<Answer> => sendPatiently(access, request, patience)
  const find = async (request: ApiRequest): Promise<unknown> => {
    const answer = await send(request)
    if (answer.status === 404) return undefined
    return contentOf(answer, request, access)
  }
  const ask = async (request: ApiRequest): Promise<unknown> => contentOf(await send(request), request, access)
  return {access, patience, send, ask, find}
}
