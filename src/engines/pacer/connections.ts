import {buildConnector, Client} from 'undici'

/** Connections to one origin, each for one request at a time. */
export interface Connections {
  /** The connection given back last (the warmest), or a new one, which connects when it is first used. */
  take(): Client
  giveBack(client: Client): void
}

/**
 * Keeps the idle connections to one origin. A pool that searches all its connections for a free one is slowest when
 * most are busy, which is when a stalled target is measured; a stack of the idle ones costs the same at any number.
 */
export const connectionsTo = (origin: string): Connections => {
  const idle: Client[] = []
  // One connector for all, so that they share TLS sessions. Limits are the requests' own: they count from the
  // intended send time, connecting included.
  const connect = buildConnector({timeout: 0})
  return {
    take: () => idle.pop() ?? new Client(origin, {connect, pipelining: 1, headersTimeout: 0, bodyTimeout: 0}),
    giveBack: (client) => idle.push(client),
  }
}
