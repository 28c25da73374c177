import {readFileSync} from 'node:fs'
import {isIP} from 'node:net'
import {createSecureContext, type SecureContext} from 'node:tls'
import {messageOf, UserError} from '../../errors.js'
import type {ConnectionSpec} from '../../scenarios/scenario.js'

/** An origin, and how to connect to it. */
export interface OriginOptions {
  /** `host:port` as it stands in a request; the port only where it is not the scheme's own. */
  host: string
  hostname: string
  port: number
  secure?: {
    context: SecureContext
    servername?: string
    insecure: boolean
    /** The newest session: a connection that takes it up again needs no whole handshake. */
    session?: Buffer
  }
}

/** What to trust and what to show, read once. Throws UserError when a certificate or key cannot be used. */
const secureContextOf = ({tls = {}}: ConnectionSpec): SecureContext => {
  const {caPem, certPem, keyPath} = tls
  try {
    return createSecureContext({
      ...(caPem !== undefined && {ca: caPem}),
      ...(certPem !== undefined && {cert: certPem}),
      ...(keyPath !== undefined && {key: readFileSync(keyPath)}),
    })
  } catch (cause) {
    throw new UserError(`load.tls cannot be used: ${messageOf(cause)}`, {
      hint: `Certificates and keys are PEM files, and the key must belong to the certificate${
        keyPath === undefined ? '.' : `; the key is read from ${keyPath}.`
      }`,
      cause,
    })
  }
}

/** Options for a connection to an origin such as `https://shop.test:8443`. */
export const originOptions = (origin: string, connection: ConnectionSpec = {}): OriginOptions => {
  const {protocol, host, hostname, port} = new URL(origin)
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'https:') return {host, hostname: bare, port: Number(port || 80)}
  const servername = connection.tls?.serverName ?? (isIP(bare) === 0 ? bare : undefined)
  return {
    host,
    hostname: bare,
    port: Number(port || 443),
    secure: {
      context: secureContextOf(connection),
      ...(servername !== undefined && {servername}),
      insecure: connection.tls?.insecure === true,
    },
  }
}

/** What `net.connect` and `tls.connect` are told. */
export const socketOptions = (
  {hostname, port, secure}: OriginOptions,
  alpn: 'http/1.1' | 'h2' = 'http/1.1',
) => ({
  host: hostname,
  port,
  ...(secure && {
    secureContext: secure.context,
    ALPNProtocols: [alpn],
    rejectUnauthorized: !secure.insecure,
    ...(secure.servername !== undefined && {servername: secure.servername}),
  }),
})
