import type {IncomingMessage} from 'node:http'
import {EnvironmentError, messageOf} from '../../errors.js'
import type {Json} from '../../system/json.js'
import type {Api} from './api.js'
import {refusedError} from './errors.js'
import {corePath} from './paths.js'
import {attemptOnce, beginRequest, NoAnswer} from './transport.js'

/** A request to a server in a pod. */
export interface PodRequest {
  port: number
  method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  path: string
  body?: Json
  limitMs: number
}

/**
 * Asks a server in a pod through the API server's pod proxy (the right is `pods/proxy`), once. Throws EnvironmentError
 * when there is no answer within the limit, or none with a status below 300.
 */
export const askPod = async (
  api: Api,
  namespace: string,
  pod: string,
  {port, method, path, body, limitMs}: PodRequest,
  signal: AbortSignal,
): Promise<unknown> => {
  const asked = `${method} ${path} in pod ${pod}`
  const request = {
    method,
    path: `${corePath(namespace, 'pods', `${pod}:${port}`, 'proxy')}${path}`,
    asked,
    ...(body !== undefined && {body}),
  }
  try {
    const answer = await attemptOnce(api.access, request, limitMs, signal)
    if (answer.status >= 300) throw refusedError(answer, asked, api.access.where)
    return answer.text === '' ? undefined : JSON.parse(answer.text)
  } catch (cause) {
    if (!(cause instanceof NoAnswer)) throw cause
    const why = cause.late ? `no answer within ${limitMs / 1000} s` : messageOf(cause.cause)
    throw new EnvironmentError(`The pod ${pod} did not ${method} ${path}: ${why} (${api.access.where})`, {
      cause,
    })
  }
}

const answered = (request: ReturnType<typeof beginRequest>): Promise<IncomingMessage> =>
  request.then(
    (begun) =>
      new Promise((resolve, reject) => {
        begun.once('response', resolve)
        begun.on('error', reject)
      }),
  )

/** How long the log may be silent before the connection is taken for dead: k6 tells something every second. */
const quietMs = 20_000

/**
 * Follows the log of a pod until its end, or the end of the connection; `sinceSeconds` leaves out what is older. Resolves
 * with `false` when there is no log (yet). Throws the signal's reason when it aborts.
 */
export const followLog = async (
  api: Api,
  namespace: string,
  pod: string,
  {sinceSeconds, onText}: {sinceSeconds?: number; onText: (text: string) => void},
  signal: AbortSignal,
): Promise<boolean> => {
  signal.throwIfAborted()
  const asked = {
    method: 'GET' as const,
    path: corePath(namespace, 'pods', pod, 'log'),
    query: {follow: 'true', container: 'k6', sinceSeconds},
  }
  const begun = beginRequest(api.access, asked, signal)
  const request = await begun
  const stop = (): void => void request.destroy(new Error('stopped'))
  let timer = setTimeout(stop, quietMs)
  signal.addEventListener('abort', stop, {once: true})
  try {
    const response = await answered(begun)
    if (response.statusCode !== 200) return false
    for await (const part of response.setEncoding('utf8')) {
      clearTimeout(timer)
      timer = setTimeout(stop, quietMs)
      onText(String(part))
    }
    return true
  } catch {
    // A connection that broke is begun again; what else is wrong is told by whoever looks at the pod.
    signal.throwIfAborted()
    return true
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    request.destroy()
  }
}
