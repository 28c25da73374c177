import type {Server} from 'node:http'
import type {Clock} from './clock.js'
import {sleep} from './clock.js'

export interface DrainRules {
  server: Server
  clock: Clock
  /** How long new requests are still taken: callers need one health check (500 ms) to learn that we leave. */
  noticeMs: number
  /** How long requests in flight may take to finish after that. */
  finishMs: number
}

/**
 * Lets callers go before the process does.
 *
 *   readyz 503, answers say "Connection: close"   no new connections, requests finish   the rest is cut
 *   ├──────────────── noticeMs ──────────────────┼──────────── ≤ finishMs ─────────────┤
 */
export const drain = async ({server, clock, noticeMs, finishMs}: DrainRules): Promise<void> => {
  await sleep(clock, noticeMs)
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  await Promise.race([closed, sleep(clock, finishMs)])
  server.closeAllConnections()
}
