import {STATUS_CODES} from 'node:http'
import type {RequestHead} from './request.js'
import type {HttpSettings} from './settings.js'

/** What a client waits for that asked before it sends a body. */
export const continueAnswer = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')

/** Whether the connection ends behind the answer to this request. */
export const closesAfter = ({keepAlive}: RequestHead): boolean => !keepAlive

/**
 * The answer to a request in the server's stead. `x-shakedown-fault` names the toxic, so that nobody takes it for the
 * service's own.
 */
export const answerTo = (
  {method, keepAlive, isOld}: RequestHead,
  {status, body, contentType, retryAfter}: HttpSettings,
  toxic: string,
): Buffer => {
  const content = Buffer.from(body)
  const bodiless = status === 204 || status === 304
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    `x-shakedown-fault: ${encodeURIComponent(toxic)}`,
    ...(retryAfter > 0 ? [`retry-after: ${retryAfter}`] : []),
    ...(bodiless ? [] : [`content-type: ${contentType}`, `content-length: ${content.length}`]),
    ...(keepAlive ? (isOld ? ['connection: keep-alive'] : []) : ['connection: close']),
  ]
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
  return bodiless || method === 'HEAD' ? head : Buffer.concat([head, content])
}
