import {errors} from 'undici'
import type {FailureKind} from '../engine.js'

/** What the sockets and the HTTP parser say, in the words of the record. All else is `other`. */
const kinds = new Map<string, FailureKind>([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  // A write into a connection that the other side has already reset.
  ['EPIPE', 'reset'],
  // The end of the stream where an answer, or the rest of one, was due.
  ['UND_ERR_SOCKET', 'closed'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'closed'],
  ['ETIMEDOUT', 'timeout'],
])

/** An end of stream inside a chunked body: undici gives this parser error a message, but no code. */
const endedInsideBody = (error: Error): boolean =>
  error instanceof errors.HTTPParserError && error.message.includes('Invalid EOF state')

/** Why a request that ended in this error got no answer. */
export const failureKindOf = (error: Error): FailureKind => {
  if (endedInsideBody(error)) return 'closed'
  const code = 'code' in error ? String(error.code) : ''
  return kinds.get(code) ?? 'other'
}
