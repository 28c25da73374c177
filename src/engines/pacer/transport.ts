import type {ConnectionSpec} from '../../scenarios/scenario.js'
import type {Call} from './call.js'
import {http1Transport} from './http1.js'
import {http2Transport} from './http2.js'
import type {Outgoing} from './outgoing.js'
import {originOptions} from './socket-options.js'

/** The way to one origin (scheme, host and port), with the connections that it needs. */
export interface Transport {
  /** Sends a request; the call is told how it ended, not before this returned, and `carrier` is set on it. */
  send(call: Call, method: string, outgoing: Outgoing): void
  /** Ends all connections. */
  close(): void
}

/** Makes the way to an origin, by the version of HTTP that a scenario asks for. */
export const transportOf =
  (connection: ConnectionSpec = {}) =>
  (origin: string): Transport => {
    const options = originOptions(origin, connection)
    return connection.http === 2 ? http2Transport(options) : http1Transport(options)
  }
