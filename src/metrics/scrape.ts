import {isUtf8} from 'node:buffer'
import {gunzipSync} from 'node:zlib'
import {type Dispatcher, request} from 'undici'
import {basicAuthorization, splitCredentials} from '../clients/prometheus-url.js'
import {EnvironmentError, messageOf} from '../errors.js'
import type {Dialect} from './exposition.js'

/** Bytes of a body, unpacked, above which a target is refused. */
const bodyLimit = 20 * 1024 * 1024

export interface Exposed {
  body: string
  dialect: Dialect
}

const headers = {
  accept: 'text/plain;version=0.0.4;q=1,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1',
  'accept-encoding': 'gzip',
  'user-agent': 'shakedown',
}

const tooLarge = (cause?: unknown): EnvironmentError =>
  new EnvironmentError(`the body is larger than ${bodyLimit / 1024 / 1024} MB`, {cause})

const collect = async (source: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > bodyLimit) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Not a stream: for bodies of the usual size, that costs several times what the unpacking itself does. */
const unpacked = (body: Buffer, encoding: string): Buffer => {
  if (encoding !== 'gzip') return body
  try {
    return gunzipSync(body, {maxOutputLength: bodyLimit})
  } catch (cause) {
    throw cause instanceof RangeError ? tooLarge(cause) : cause
  }
}

/**
 * Decoding puts the same character for every byte that is no UTF-8, and would make one series of two. Comments may hold
 * what they like.
 */
const textOf = (body: Buffer): string => {
  if (!isUtf8(body)) {
    const lines = body.toString('latin1').split('\n')
    const bad = lines.findIndex((line) => !line.startsWith('#') && !isUtf8(Buffer.from(line, 'latin1')))
    if (bad >= 0) throw new EnvironmentError(`line ${bad + 1}: bytes that are not UTF-8`)
  }
  return body.toString('utf8')
}

/** Said before the body is read, which may be long. */
const checkEncoding = (encoding: string): void => {
  if (!['', 'identity', 'gzip'].includes(encoding))
    throw new EnvironmentError(`the body is packed with ${encoding}, only gzip was offered`)
}

const header = (response: Dispatcher.ResponseData, name: string): string =>
  [response.headers[name] ?? ''].flat().join(', ').toLowerCase()

const dialectOf = (contentType: string): Dialect => {
  if (contentType.startsWith('text/html'))
    throw new EnvironmentError('answered a web page (text/html), not metrics: is the path right?')
  return contentType.startsWith('application/openmetrics-text') ? 'openmetrics' : 'prometheus'
}

const read = async (response: Dispatcher.ResponseData): Promise<Exposed> => {
  try {
    if (response.statusCode !== 200) throw new EnvironmentError(`answered with status ${response.statusCode}`)
    const dialect = dialectOf(header(response, 'content-type'))
    const encoding = header(response, 'content-encoding')
    checkEncoding(encoding)
    return {body: textOf(unpacked(await collect(response.body), encoding)), dialect}
  } finally {
    // A body that was not read to its end would keep its connection.
    response.body.on('error', () => {}).destroy()
  }
}

const get = (
  address: string,
  signal: AbortSignal,
  dispatcher: Dispatcher,
): Promise<Dispatcher.ResponseData> => {
  const split = splitCredentials(address)
  if (!split) throw new EnvironmentError('its address is not an http:// or https:// URL')
  const {target, user} = split
  const authorization = user === undefined ? {} : {authorization: basicAuthorization(user)}
  return request(target, {dispatcher, signal, headers: {...headers, ...authorization}})
}

/**
 * Fetches what a target exposes, within `timeoutMs` from the first byte sent to the last one read.
 * Throws EnvironmentError with the reason; the reason holds no credentials.
 */
export const scrapeOnce = async (
  address: string,
  timeoutMs: number,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Exposed> => {
  const limit = new AbortController()
  const stop = (): void => limit.abort()
  const timer = setTimeout(stop, timeoutMs)
  signal.addEventListener('abort', stop, {once: true})
  try {
    return await read(await get(address, limit.signal, dispatcher))
  } catch (cause) {
    if (limit.signal.aborted && !signal.aborted)
      throw new EnvironmentError(`no whole answer within ${timeoutMs} ms`, {cause})
    throw cause instanceof EnvironmentError ? cause : new EnvironmentError(reasonOf(cause), {cause})
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

const reasonOf = (cause: unknown): string => {
  const message = messageOf(cause)
  // A connection refused on both IPv4 and IPv6 comes as an error without a message.
  if (message === '' && cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ')
  return message === 'terminated' ? 'the connection broke in the middle of the body' : message
}
