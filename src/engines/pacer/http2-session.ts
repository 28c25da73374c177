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
import {type OriginOptions, socketOptions} from './socket-options.js'

/** Streams on one connection at a time until the server states its own limit: what most servers allow. */
export const mostStreams = 100

/** Of an answer that may come before more is asked for, for a stream and for all of a connection: as Go's client has it. */
const streamWindow = 4 * 1024 * 1024
const connectionWindow = 16 * streamWindow

/** A request on its way to a session. */
export interface Job {
  call: Call
  headers: Record<string, string | string[]>
  body: string | Buffer | null
}

export interface Session {
  session: ClientHttp2Session
  /** Streams that are open, or wait for the server to say how many it allows. */
  open: number
  most: number
  /** Until the server has said what it allows; undefined from then on. */
  waiting: Set<Job> | undefined
  /** It takes no further streams. */
  leaving: boolean
  error?: Error
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

/** Opens a stream for a request that has its place on a session. */
const startStream = (own: Session, {call, headers, body}: Job): void => {
  const stream = openStream(own, headers, body === null)
  if (stream === undefined) {
    own.open--
    return void setImmediate(() => call.end({failure: 'closed'}))
  }
  call.carrier = {destroy: () => stream.close(constants.NGHTTP2_CANCEL)}
  listen(stream, call, own, () => own.open--)
  if (body !== null) stream.end(body)
}

/** Gives a request its place on a session; it waits there as long as the server has not said what it allows. */
export const place = (own: Session, job: Job): void => {
  own.open++
  const {waiting} = own
  if (waiting === undefined) {
    startStream(own, job)
    return
  }
  waiting.add(job)
  job.call.carrier = {
    destroy: () => {
      if (waiting.delete(job)) own.open--
    },
  }
}

/** What waited at a session that came to nothing has failed for the same reason. */
export const failWaiting = ({waiting, error}: Session): void => {
  for (const {call} of waiting ?? [])
    call.end({failure: error === undefined ? 'closed' : failureKindOf(error)})
  waiting?.clear()
}

/** Connects; `allowed` is told how many streams the server allows, each time that it says so. */
export const openSession = (
  origin: OriginOptions,
  most: number,
  allowed: (own: Session) => void,
): Session => {
  const socket = () =>
    origin.secure ? connectTls(socketOptions(origin, 'h2')) : connectTcp(socketOptions(origin))
  const session = connect(`${origin.secure ? 'https' : 'http'}://${origin.host}`, {
    createConnection: socket,
    settings: {enablePush: false, initialWindowSize: streamWindow},
  })
  const own: Session = {session, open: 0, most, waiting: new Set(), leaving: false}
  session.once('connect', () => session.setLocalWindowSize(connectionWindow))
  session.on('remoteSettings', ({maxConcurrentStreams = mostStreams}) => {
    own.most = Math.max(1, Math.min(mostStreams, maxConcurrentStreams))
    allowed(own)
  })
  session.on('goaway', () => {
    own.leaving = true
  })
  session.on('error', (error) => {
    own.leaving = true
    own.error = error
  })
  return own
}
