import type {FailureKind} from '../engine.js'

/** What the sockets say, in the words of the record. All else is `other`. */
const kinds = new Map<string, FailureKind>([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  // A write into a connection that the other side has already reset.
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['EPROTO', 'tls'],
  // No file descriptor, no port, no memory for another socket: nothing that the target did.
  ['EMFILE', 'local'],
  ['ENFILE', 'local'],
  ['EADDRNOTAVAIL', 'local'],
  ['ENOBUFS', 'local'],
  ['ENOMEM', 'local'],
])

/** What Node and OpenSSL call their objections to a certificate or a handshake. */
const ofTls =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERROR_IN_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED)/

/** Why a request that ended in this error got no answer. */
export const failureKindOf = (error: Error): FailureKind => {
  const code = 'code' in error ? String(error.code) : ''
  return kinds.get(code) ?? (ofTls.test(code) ? 'tls' : 'other')
}
