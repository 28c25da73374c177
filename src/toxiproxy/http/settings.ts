import type {AttributeValue} from '../toxic.js'
import type {RequestHead} from './request.js'

/** What an `http` toxic is to do, from its attributes. */
export interface HttpSettings {
  /** Status to answer with instead of the server; 0 lets the server answer. */
  status: number
  delayMs: number
  /** `''` for any. */
  method: string
  /** As it is, or up to a `*` at its end; `''` for any. */
  path: string
  /** Probability that a request of the route is hit. */
  share: number
  body: string
  contentType: string
  /** Seconds, 0 for none. */
  retryAfter: number
}

type Attributes = Record<string, AttributeValue>

/** The attributes, typed. */
export const settingsOf = (attributes: Attributes): HttpSettings => ({
  status: Number(attributes['status']),
  delayMs: Number(attributes['delay']),
  method: String(attributes['method']),
  path: String(attributes['path']),
  share: Number(attributes['share']),
  body: String(attributes['body']),
  contentType: String(attributes['content_type']),
  retryAfter: Number(attributes['retry_after']),
})

/** What is wrong with the attributes, in the words of the API; undefined when nothing is. */
export const problemWith = (attributes: Attributes): string | undefined => {
  const {status, delayMs, method, path, share, contentType, retryAfter} = settingsOf(attributes)
  if (status !== 0 && (status < 200 || status > 599)) return 'status must be 0 (none) or 200 to 599'
  if (delayMs < 0) return 'delay must not be negative'
  if (retryAfter < 0) return 'retry_after must not be negative'
  if (!(share >= 0 && share <= 1)) return 'share must be between 0 and 1'
  if (!/^[A-Z-]*$/.test(method)) return 'method must be in capitals, or empty for any'
  if (!/^(?:\/[^\s?#]*)?$/.test(path)) return 'path must begin with / and have no query, or be empty for any'
  if (/\*./.test(path)) return 'path must have its * at the end'
  if (!/^[\x20-\x7e]*$/.test(contentType)) return 'content_type must be printable ASCII'
  return undefined
}

/** Whether the request is one of the route. Asking for another protocol is none: what follows is not HTTP. */
export const isOfRoute = ({method, path}: HttpSettings, request: RequestHead): boolean => {
  if (request.leavesHttp || (method !== '' && method !== request.method)) return false
  if (path === '') return true
  return path.endsWith('*') ? request.path.startsWith(path.slice(0, -1)) : request.path === path
}
