import type {Call} from './call.js'
import type {Outgoing} from './outgoing.js'

/** The way to one origin (scheme, host and port), with the connections that it needs. */
export interface Transport {
  /** Sends a request; the call is told how it ended, not before this returned, and `carrier` is set on it. */
  send(call: Call, method: string, outgoing: Outgoing): void
  /** Ends all connections. */
  close(): void
}
