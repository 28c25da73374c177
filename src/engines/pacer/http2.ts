import {failWaiting, type Job, mostStreams, openSession, place, type Session} from './http2-session.js'
import type {Outgoing} from './outgoing.js'
import type {OriginOptions} from './socket-options.js'
import type {Transport} from './transport.js'
import {wirePath} from './wire-path.js'

/** Not to be sent in HTTP/2 (RFC 9113, 8.2.2), or told by a pseudo-header. */
const notInHttp2 = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade'])

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

/**
 * HTTP/2 (RFC 9113): many requests at once on few connections; another one is opened when those there have as many
 * streams as the server allows. Nothing is sent on a connection before the server has said how many that is: it would
 * refuse the others, and what was our haste would look like its failure. Over TLS by ALPN, else by prior knowledge.
 * Nothing is sent again on its own: a stream that the server refuses is a failed request, as one that a user would have
 * seen.
 */
export const http2Transport = (origin: OriginOptions): Transport => {
  const scheme = origin.secure ? 'https' : 'http'
  const sessions: Session[] = []
  let most = mostStreams

  const enter = (job: Job): void =>
    place(sessions.find((own) => !own.leaving && own.open < own.most) ?? open(), job)
  const open = (): Session => {
    const own = openSession(origin, most, () => {
      most = own.most
      const {waiting} = own
      own.waiting = undefined
      if (waiting === undefined) return
      own.open -= waiting.size
      // Those for whom it has no place open further ones.
      for (const job of waiting) enter(job)
      waiting.clear()
    })
    own.session.on('close', () => {
      own.leaving = true
      sessions.splice(sessions.indexOf(own), 1)
      failWaiting(own)
    })
    sessions.push(own)
    return own
  }

  return {
    send: (call, method, outgoing) =>
      enter({call, headers: headersOf(method, {scheme, host: origin.host}, outgoing), body: outgoing.body}),
    close: () => {
      for (const {session} of [...sessions]) session.destroy()
    },
  }
}
