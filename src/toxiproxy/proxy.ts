import {createServer, type Server, type Socket} from 'node:net'
import {canonicalAddress, listen, listenErrorText, splitHostPort} from './address.js'
import {Connection} from './connection.js'
import {ProxyMetrics} from './metrics.js'
import {randomFor} from './random.js'
import {Refusal} from './refusal.js'
import {ToxicList} from './toxic-list.js'

/** What a proxy is told to be. */
export interface ProxySettings {
  listen: string
  upstream: string
  enabled: boolean
}

/** How sockets are made: half-close is kept, small segments leave at once, vanished peers are noticed. */
const socketOptions = {allowHalfOpen: true, noDelay: true, keepAlive: true, highWaterMark: 128 * 1024}

/** One proxy: a listener, its open connections, and its toxics. */
export class ToxicProxy {
  readonly name: string
  readonly toxics: ToxicList
  readonly metrics = new ProxyMetrics()
  readonly #seed: number
  readonly #connections = new Set<Connection>()
  #server: Server | undefined
  /** The address as it was asked for, and as it came out. */
  #asked: string
  #listen: string
  #upstream: string
  #accepted = 0
  #queue: Promise<unknown> = Promise.resolve()

  constructor(name: string, {listen: asked, upstream}: Omit<ProxySettings, 'enabled'>, seed: number) {
    this.name = name
    this.#asked = asked
    this.#listen = asked
    this.#upstream = upstream
    this.#seed = seed
    this.toxics = new ToxicList(() => this.#connections)
  }

  get settings(): ProxySettings {
    return {listen: this.#listen, upstream: this.#upstream, enabled: this.#server !== undefined}
  }

  /** True when listening on `address` would change nothing; `0.0.0.0:80` is `[::]:80`, and port 0 is the port it got. */
  listensOn(address: string): boolean {
    return address === this.#asked || canonicalAddress(address) === this.#listen
  }

  /**
   * Brings the proxy into a state. A new address closes all connections; equal settings close none.
   * Throws Refusal; when the new address is busy, the proxy stays stopped with that address, as in the original.
   */
  apply(settings: Partial<ProxySettings>): Promise<void> {
    const applied = this.#queue.then(() => this.#apply({...this.settings, ...settings}))
    this.#queue = applied.catch(() => {})
    return applied
  }

  /** Closes the listener and all connections at once. */
  stop(): void {
    this.#server?.close()
    this.#server = undefined
    for (const connection of this.#connections) connection.destroy()
  }

  async #apply({listen: address, upstream, enabled}: ProxySettings): Promise<void> {
    const moved = !this.listensOn(address)
    if (moved) this.#check(address)
    if (moved || upstream !== this.#upstream) {
      this.stop()
      if (moved) this.#listen = this.#asked = address
      this.#upstream = upstream
    }
    if (!enabled) this.stop()
    else if (!this.#server) await this.#start()
  }

  #check(address: string): void {
    try {
      splitHostPort(address)
    } catch (cause) {
      throw new Refusal(500, cause instanceof Error ? cause.message : String(cause))
    }
  }

  async #start(): Promise<void> {
    const server = createServer(socketOptions, (client) => this.#accept(client))
    try {
      this.#listen = await listen(server, this.#listen)
    } catch (cause) {
      throw new Refusal(500, listenErrorText(this.#listen, cause))
    }
    // A failed accept (no file descriptors left) costs that client, not the server.
    server.on('error', () => {})
    this.#server = server
  }

  #accept(client: Socket): void {
    this.#accepted += 1
    const ordinal = this.#accepted
    const connection: Connection = new Connection({
      client,
      listener: this.#listen,
      upstream: this.#upstream,
      toxics: () => this.toxics.all,
      metrics: this.metrics,
      // By its place and not by its name: names carry the id of the run, which no other run has.
      randomFor: (direction, {order, revision}) =>
        randomFor(this.#seed, [this.name, ordinal, direction, order, revision].join('\n')),
      onClosed: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }
}
