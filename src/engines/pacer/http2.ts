import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2'
import {connect as connectTcp} from 'node:net'
import {connect as connectTls} from 'node:tls'
import {type Call, keepPiece} from './call.js'
import {failureKindOf} from './failure.js'
import type {Outgoing} from './outgoing.js'
import {type OriginOptions, socketOptions} from './socket-options.js'
import type {Transport} from './transport.js'
import {wirePath} from './wire-path.js'

/** Streams on one connection at a time until the server states its own limit: what most servers allow. */
const mostStreams = 100

/** Not to be sent in HTTP/2 (RFC 9113, 8.2.2), or told by a pseudo-header. */
const notInHttp2 = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade'])

interface Session {
  session: ClientHttp2Session
  /** Streams that are open. */
  open: number
  most: number
  /** It takes no further streams. */
  leaving: boolean
  error?: Error
}

const headersOf = (
  method: string,
  {scheme, host}: {scheme: string; host: string},
  {path, headers}: Outgoing,
) => {
  const all: Record<string, string | string[]> = {
    ':method': method,
    ':scheme': scheme,
    ':authority': host,
    ':path': wirePath(path),
  }
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = (headers[at] ?? '').toLowerCase()
    const value = headers[at + 1] ?? ''
    const known = all[name]
    if (name === 'host') all[':authority'] = value
    else if (!notInHttp2.has(name)) all[name] = known === undefined ? value : [known, value].flat()
  }
  return all
}

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string | string[] | undefined> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')))

/** Opens a stream; undefined when the session has gone away since it was looked at. */
const openStream = (own: Session, headers: Record<string, string | string[]>, endStream: boolean) => {
  try {
    return own.session.request(headers, {endStream})
  } catch {
    own.leaving = true
    return undefined
  }
}

/** Tells the call how its stream ended; `session` is asked for the reason that a stream of a lost connection lacks. */
const listen = (stream: ClientHttp2Stream, call: Call, own: Session, onClose: () => void): void => {
  let status = 0
  let whole = false
  let error: Error | undefined
  const {collected} = call
  stream.on('response', (headers) => {
    status = headers[':status'] ?? 0
    if (collected !== undefined) collected.headers = plainHeaders(headers)
  })
  if (collected === undefined) stream.resume()
  else stream.on('data', (chunk: Buffer) => keepPiece(collected, chunk))
  stream.on('end', () => {
    whole = true
  })
  stream.on('error', (cause) => {
    error = cause
  })
  stream.on('close', () => {
    onClose()
    const {rstCode} = stream
    if (whole && status > 0 && rstCode === constants.NGHTTP2_NO_ERROR) return call.end({status})
    const cause = own.error ?? error
    const kind = cause === undefined ? 'other' : failureKindOf(cause)
    // A stream that the server resets says so by its code; a lost connection says why by its error, if at all.
    const lost =
      rstCode === constants.NGHTTP2_NO_ERROR || rstCode === constants.NGHTTP2_CANCEL ? 'closed' : 'reset'
    call.end({failure: kind === 'other' ? lost : kind})
  })
}

/**
 * HTTP/2 (RFC 9113): many requests at once on few connections; another one is opened when those there have as many
 * streams as the server allows. Over TLS by ALPN, else by prior knowledge. Nothing is sent again on its own: a stream
 * that the server refuses is a failed request, as one that a user would have seen.
 */
export const http2Transport = (origin: OriginOptions): Transport => {
  const scheme = origin.secure ? 'https' : 'http'
  const sessions: Session[] = []

  const open = (): Session => {
    const socket = () =>
      origin.secure ? connectTls(socketOptions(origin, 'h2')) : connectTcp(socketOptions(origin))
    const session = connect(`${scheme}://${origin.host}`, {createConnection: socket})
    const own: Session = {session, open: 0, most: mostStreams, leaving: false}
    session.on('remoteSettings', ({maxConcurrentStreams}) => {
      if (maxConcurrentStreams !== undefined)
        own.most = Math.max(1, Math.min(mostStreams, maxConcurrentStreams))
    })
    session.on('goaway', () => {
      own.leaving = true
    })
    session.on('error', (error) => {
      own.leaving = true
      own.error = error
    })
    session.on('close', () => {
      own.leaving = true
      sessions.splice(sessions.indexOf(own), 1)
    })
    sessions.push(own)
    return own
  }

  return {
    send: (call, method, outgoing) => {
      const own = sessions.find(({leaving, open: streams, most}) => !leaving && streams < most) ?? open()
      const {body} = outgoing
      const headers = headersOf(method, {scheme, host: origin.host}, outgoing)
      const stream = openStream(own, headers, body === null)
      if (stream === undefined) return void setImmediate(() => call.end({failure: 'closed'}))
      own.open++
      call.carrier = {destroy: () => stream.close(constants.NGHTTP2_CANCEL)}
      listen(stream, call, own, () => own.open--)
      if (body !== null) stream.end(body)
    },
    close: () => {
      for (const {session} of [...sessions]) session.destroy()
    },
  }
}
