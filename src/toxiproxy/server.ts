import {createServer} from 'node:http'
import {listen} from './address.js'
import {serve} from './api/serve.js'
import {Proxies} from './proxies.js'
import {freshSeed} from './random.js'

/** What `GET /version` says: the version of Toxiproxy whose API this is, and who implements it. */
const version = '2.12.0-shakedown'

export interface ToxiproxyServerOptions {
  /** Address of the control API, usually `127.0.0.1`. */
  host: string
  /** 0 for any free port. */
  port: number
  /** Makes the rolls of toxicity, jitter and slices repeatable. */
  seed?: number
}

export interface RunningToxiproxyServer {
  /** Base URL of the control API. */
  url: string
  port: number
  /** Given the same seed, the n-th connection of a proxy meets the same fate. */
  seed: number
  /** Closes the API, all proxies and all connections. Can be called twice. */
  close(): Promise<void>
}

/**
 * Starts a server with the HTTP API and the toxics of Toxiproxy 2.12. Rejects with Node's system error (`EADDRINUSE`, …)
 * when the port of the API cannot be had.
 */
export const startToxiproxyServer = async ({
  host,
  port,
  seed = freshSeed(),
}: ToxiproxyServerOptions): Promise<RunningToxiproxyServer> => {
  const proxies = new Proxies(seed)
  const server = createServer((request, response) => void serve(request, response, proxies, version))
  const address = await listen(server, host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
  // A failed accept (no file descriptors left) costs that caller, not the server.
  server.on('error', () => {})
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  return {
    url: `http://${address}`,
    seed,
    port: Number(address.slice(address.lastIndexOf(':') + 1)),
    close: async () => {
      proxies.stop()
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
