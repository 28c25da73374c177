import {readFileSync} from 'node:fs'
import {isIP} from 'node:net'
import {createSecureContext} from 'node:tls'
import {messageOf, UserError} from '../errors.js'
import type {TlsAccess} from '../scenarios/prometheus-access.js'

/** In the words of `node:tls`. */
export interface TlsOptions {
  ca?: string
  cert?: string
  key?: string
  servername?: string
  rejectUnauthorized?: boolean
}

const readPem = (what: string, path: string | undefined, label: RegExp): string | undefined => {
  if (path === undefined) return undefined
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UserError(`Cannot read the ${what} for Prometheus: ${messageOf(cause)}`, {
      hint: 'Check the path, and that the file may be read by the user who runs shakedown.',
      cause,
    })
  }
  if (label.test(text)) return text
  throw new UserError(`${path} holds no ${what} in PEM format.`, {
    hint: 'It begins with a line such as -----BEGIN CERTIFICATE----- or -----BEGIN PRIVATE KEY-----.',
  })
}

/** Reads the files, and checks that key and certificate belong together. Throws UserError. */
export const readTls = (access: TlsAccess, hostname: string): TlsOptions => {
  const ca = readPem('CA certificate', access.caFile, /-----BEGIN (TRUSTED )?CERTIFICATE-----/)
  const cert = readPem('client certificate', access.certFile, /-----BEGIN CERTIFICATE-----/)
  const key = readPem('client key', access.keyFile, /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/)
  const own = {...(ca && {ca}), ...(cert && {cert}), ...(key && {key})}
  try {
    createSecureContext(own)
  } catch (cause) {
    const files = [access.caFile, access.certFile, access.keyFile].filter((file) => file !== undefined)
    throw new UserError(`TLS for Prometheus cannot use ${files.join(', ')}: ${messageOf(cause)}`, {
      hint: 'The key must belong to the certificate, and have no passphrase.',
      cause,
    })
  }
  // SNI takes no addresses; certificates of addresses are checked by themselves.
  const servername = access.serverName ?? (isIP(hostname.replace(/^\[|\]$/g, '')) ? undefined : hostname)
  return {
    ...own,
    ...(servername !== undefined && {servername}),
    ...(access.insecure && {rejectUnauthorized: false}),
  }
}

const remedies: [code: RegExp, hint: string][] = [
  [
    /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED)/,
    'Its certificate comes from an authority that is not known here: give it as `ca` under `tls` in the target file, or as SHAKEDOWN_PROMETHEUS_CA_FILE with --prometheus.',
  ],
  [/^CERT_HAS_EXPIRED/, 'Its certificate has expired: renew it; check the clocks too.'],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID/,
    'Its certificate is for another name: use that name in the address, or give it as `server-name` under `tls` (SHAKEDOWN_PROMETHEUS_SERVER_NAME).',
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|^EPROTO/,
    'What answers does not speak TLS: try http:// in place of https://.',
  ],
  [
    /ALERT|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/,
    'It wants a client certificate, or another one: give `cert` and `key` under `tls` (SHAKEDOWN_PROMETHEUS_CERT_FILE, …_KEY_FILE).',
  ],
]

/** In TLS 1.3 the client is through with its handshake before the server looks at its certificate. */
const closed = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/
const maybeCertificate =
  'It closed the connection. If it wants a client certificate, or another one, give `cert` and `key` under `tls` (SHAKEDOWN_PROMETHEUS_CERT_FILE, …_KEY_FILE); else look at its log.'

/** What to do about an error on the way to an address, when TLS may be the reason; `undefined` when it is not. */
export const tlsRemedy = (url: string, error: unknown): string | undefined => {
  if (!url.startsWith('https:') || !(error instanceof Error) || !('code' in error)) return undefined
  const code = String(error.code)
  if (closed.test(code)) return maybeCertificate
  return remedies.find(([pattern]) => pattern.test(code))?.[1]
}
