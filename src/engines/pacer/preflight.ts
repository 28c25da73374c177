import {lookup} from 'node:dns/promises'
import {connect as connectHttp2} from 'node:http2'
import {connect as connectTcp} from 'node:net'
import {type ConnectionOptions, connect as connectTls} from 'node:tls'
import {EnvironmentError, messageOf, UserError} from '../../errors.js'
import type {ConnectionSpec} from '../../scenarios/scenario.js'
import {failureKindOf} from './failure.js'
import {type OriginOptions, originOptions, socketOptions} from './socket-options.js'

/** A server that does not answer for this long is the run's affair, not the preflight's. */
const limitMs = 5000

/** For the client, a handshake of TLS 1.3 is over before the server has looked at its certificate. */
const objectionMs = 150

/** Calls with what ends a wait; resolves at the latest after the limit, or when the signal aborts. */
const waitFor = async <T>(
  signal: AbortSignal,
  begin: (settle: (value: T) => void) => () => void,
): Promise<T | 'late'> => {
  let end = (): void => {}
  let timer: NodeJS.Timeout | undefined
  let abort = (): void => {}
  try {
    return await new Promise<T | 'late'>((resolve) => {
      abort = () => resolve('late')
      signal.addEventListener('abort', abort, {once: true})
      timer = setTimeout(abort, limitMs)
      end = begin(resolve)
    })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    end()
  }
}

const checkName = async (origin: string, hostname: string, signal: AbortSignal): Promise<void> => {
  const found = await waitFor<Error | undefined>(signal, (settle) => {
    lookup(hostname).then(
      () => settle(undefined),
      (error: Error) => settle(error),
    )
    return () => {}
  })
  if (found === undefined || signal.aborted) return
  if (found === 'late')
    throw new EnvironmentError(`The name "${hostname}" of ${origin} is not resolved in time`)
  const unknown = 'code' in found && found.code === 'ENOTFOUND'
  const message = `The endpoint ${origin} does not resolve: ${messageOf(found)}`
  const hint = 'Correct the endpoint in the target file, or what resolves names here.'
  throw unknown ? new UserError(message, {hint}) : new EnvironmentError(message, {hint})
}

/** What a handshake came to: the protocol agreed on (undefined: none), or why there was none. */
type Handshake = {protocol: string | undefined} | {error: Error}

const shakeHands = (options: OriginOptions, http2: boolean, signal: AbortSignal) =>
  waitFor<Handshake>(signal, (settle) => {
    const asked: ConnectionOptions = socketOptions(options, http2 ? 'h2' : 'http/1.1')
    const socket = connectTls(asked)
    let timer: NodeJS.Timeout | undefined
    socket.once('secureConnect', () => {
      timer = setTimeout(() => settle({protocol: socket.alpnProtocol || undefined}), objectionMs)
    })
    socket.on('error', (error) => settle({error}))
    return () => {
      clearTimeout(timer)
      socket.destroy()
    }
  })

const noHttp2 = (origin: string, instead: string): UserError =>
  new UserError(`The endpoint ${origin} does not speak HTTP/2: ${instead}`, {
    hint: 'Leave out load.http, or name an endpoint that speaks it.',
  })

const checkTls = async (origin: string, options: OriginOptions, http2: boolean, signal: AbortSignal) => {
  const hands = await shakeHands(options, http2, signal)
  if (hands === 'late') return
  if ('protocol' in hands) {
    if (http2 && hands.protocol !== 'h2') throw noHttp2(origin, 'it does not choose "h2" when it is offered')
    return
  }
  const {error} = hands
  if (http2 && /NO_APPLICATION_PROTOCOL/.test('code' in error ? String(error.code) : ''))
    throw noHttp2(origin, 'it refuses "h2"')
  // A target that is down may be what is tested; one whose certificate nobody trusts stays so.
  if (failureKindOf(error) !== 'tls') return
  throw new UserError(`The endpoint ${origin} and this machine do not agree on TLS: ${messageOf(error)}`, {
    hint: 'See load.tls: ca names the authority to trust, cert and key are shown to the server, server-name is checked.',
    cause: error,
  })
}

/** HTTP/2 without TLS, by prior knowledge: the server's first frame are its settings. */
const checkClearHttp2 = async (
  origin: string,
  options: OriginOptions,
  signal: AbortSignal,
): Promise<void> => {
  let connected = false
  const spoke = await waitFor<boolean>(signal, (settle) => {
    const socket = connectTcp(socketOptions(options)).once('connect', () => {
      connected = true
    })
    const session = connectHttp2(origin, {createConnection: () => socket})
    session.once('remoteSettings', () => settle(true))
    session.on('error', () => settle(false))
    session.once('close', () => settle(false))
    return () => session.destroy()
  })
  if (spoke !== true && connected && !signal.aborted) throw noHttp2(origin, 'it answers in another way')
}

/**
 * Looks at each origin once before anything is sent: its name resolves, its certificate is trusted, it speaks the
 * version of HTTP that was asked for. One that cannot be reached is left to the run. Throws UserError, or
 * EnvironmentError when names cannot be resolved at all.
 */
export const checkOrigins = async (
  origins: readonly string[],
  connection: ConnectionSpec = {},
  signal: AbortSignal,
): Promise<void> => {
  const http2 = connection.http === 2
  for (const origin of new Set(origins)) {
    const options = originOptions(origin, connection)
    await checkName(origin, options.hostname, signal)
    if (options.secure) await checkTls(origin, options, http2, signal)
    else if (http2) await checkClearHttp2(origin, options, signal)
    signal.throwIfAborted()
  }
}
