import {randomBytes, randomUUID} from 'node:crypto'
import type {IncomingHttpHeaders} from 'node:http'

/** What ties together the log lines that one request caused in all services. */
export interface Trace {
  /** W3C trace id, 32 hex digits. */
  traceId: string
  requestId: string
}

const traceparent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

const first = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header

/** Continues the caller's trace or begins one. Identities are not from the seed: they must differ after a restart. */
export const incomingTrace = (headers: IncomingHttpHeaders): Trace => {
  const traceId =
    traceparent.exec(first(headers['traceparent']) ?? '')?.[1] ?? randomBytes(16).toString('hex')
  return {traceId, requestId: first(headers['x-request-id']) ?? randomUUID()}
}

/** The headers that pass the trace on, with a span of this hop's own. */
export const outgoingHeaders = ({traceId, requestId}: Trace): Record<string, string> => ({
  traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
  'x-request-id': requestId,
})
