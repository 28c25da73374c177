import {connect} from 'node:net'
import type {Edge} from '../scenarios/target.js'

/** What came of one exchange over a fresh connection. */
export interface ProbeResult {
  outcome: 'answered' | 'refused' | 'reset' | 'closed' | 'timeout' | 'error'
  /** Milliseconds from the connect to the first byte of the answer, or to the failure. */
  ms: number
}

/** PostgreSQL's SSLRequest: length 8, code 80877103. Any server answers one byte, S or N, before any login. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

const question = (probe: Edge['probe']): Buffer | undefined => {
  switch (probe.kind) {
    case 'http':
      // The connection is kept alive: the end of one that the server closes would pass a proxy that swallows data.
      return Buffer.from(`GET ${probe.path} HTTP/1.1\r\nHost: probe\r\n\r\n`)
    case 'postgres':
      return sslRequest
    case 'tcp':
      return undefined
  }
}

const outcomeOf = (error: NodeJS.ErrnoException): ProbeResult['outcome'] => {
  if (error.code === 'ECONNREFUSED') return 'refused'
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return 'reset'
  return 'error'
}

/**
 * Speaks to `address` (`host:port`) as a client of the edge would, over a connection of its own, and never throws.
 * A `tcp` probe is answered when the connection stays open for `limitMs / 4`.
 */
export const probeEdge = (address: string, probe: Edge['probe'], limitMs: number): Promise<ProbeResult> => {
  const separator = address.lastIndexOf(':')
  const host = address.slice(0, separator).replace(/^\[(.*)\]$/, '$1')
  const port = Number(address.slice(separator + 1))
  const started = performance.now()
  return new Promise((resolve) => {
    const socket = connect({host: host === '::' ? '127.0.0.1' : host, port})
    const settle = (outcome: ProbeResult['outcome']): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({outcome, ms: performance.now() - started})
    }
    const timer = setTimeout(() => settle('timeout'), limitMs)
    const asked = question(probe)
    socket.once('connect', () => {
      if (asked) socket.write(asked)
      else setTimeout(() => settle('answered'), limitMs / 4)
    })
    socket.once('data', () => settle('answered'))
    socket.once('end', () => settle('closed'))
    socket.once('error', (error) => settle(outcomeOf(error)))
  })
}
