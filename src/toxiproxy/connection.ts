import {connect, type OnReadOpts, type Socket} from 'node:net'
import {splitHostPort} from './address.js'
import {Link} from './link.js'
import type {ProxyMetrics} from './metrics.js'
import type {Random} from './random.js'
import {acceptedSource, DialledSource, type Source} from './source.js'
import type {Opposite} from './tap.js'
import type {Direction, Toxic} from './toxic.js'

export interface ConnectionOptions {
  client: Socket
  /** Where the proxy listens, for the metrics' labels. */
  listener: string
  upstream: string
  toxics: () => readonly Toxic[]
  metrics: ProxyMetrics
  randomFor: (direction: Direction, toxic: Toxic) => Random
  onClosed: () => void
}

/** A dial races the addresses of a host name; far ones need more than Node's 250 ms each. */
const dialOptions = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  autoSelectFamilyAttemptTimeout: 5000,
}

const dial = (upstream: string, onread: OnReadOpts): Socket | undefined => {
  try {
    return connect({...splitHostPort(upstream), ...dialOptions, onread})
  } catch {
    // Not an address: to the client that is a server that cannot be reached.
    return undefined
  }
}

/**
 * One client and its server, joined by two links. A closed socket takes the other with it once the data under way has
 * arrived; an end of data (FIN) alone closes one direction only.
 *
 *   client ── link upstream ──▶ server
 *   client ◀── link downstream ── server
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #client: Socket
  readonly #answers = new DialledSource()
  readonly #server: Socket | undefined
  #ended = false
  #links: {upstream: Link; downstream: Link} | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#client = options.client
    this.#server = dial(options.upstream, this.#answers.onread)
    options.metrics.connections += 1
    options.metrics.activeConnections += 1
    // What follows from an error is done on 'close', which comes after it.
    this.#client.on('error', () => {}).on('close', () => this.#closed(this.#client))
    this.#server?.on('error', () => {}).on('close', () => this.#closed(this.#server))
    if (this.#server) this.#server.once('connect', () => this.#start(this.#client, this.#server))
    else this.#client.destroy()
  }

  add(toxic: Toxic): void {
    this.#links?.[toxic.direction].add(toxic)
  }

  change(toxic: Toxic): void {
    this.#links?.[toxic.direction].change(toxic)
  }

  remove(toxic: Toxic): void {
    this.#links?.[toxic.direction].remove(toxic)
  }

  /** Closes both sides at once. */
  destroy(): void {
    this.#stop()
    this.#client.destroy()
    this.#server?.destroy()
  }

  #start(client: Socket, server: Socket | undefined): void {
    if (!server) return
    const {toxics} = this.#options
    this.#answers.attach(server)
    const upstream: Link = this.#link('upstream', acceptedSource(client), server, () => downstream)
    const downstream: Link = this.#link('downstream', this.#answers, client, () => upstream)
    this.#links = {upstream, downstream}
    this.#links.upstream.start(toxics().filter(({direction}) => direction === 'upstream'))
    this.#links.downstream.start(toxics().filter(({direction}) => direction === 'downstream'))
  }

  #link(direction: Direction, source: Source, destination: Socket, opposite: () => Opposite): Link {
    const {metrics, listener, upstream, randomFor} = this.#options
    return new Link(source, destination, {
      direction,
      counters: metrics.bytes(direction, listener, upstream),
      toxicCounters: (toxic) => metrics.toxic(toxic.name),
      randomFor: (toxic) => randomFor(direction, toxic),
      opposite,
      onFinish: () => this.#finish(),
      onReset: () => this.#reset(),
    })
  }

  #stop(): void {
    this.#links?.upstream.stop()
    this.#links?.downstream.stop()
  }

  #finish(): void {
    this.#stop()
    this.#client.destroySoon()
    this.#server?.destroySoon()
  }

  #reset(): void {
    this.#stop()
    this.#client.resetAndDestroy()
    this.#server?.resetAndDestroy()
  }

  #closed(socket: Socket | undefined): void {
    const other = socket === this.#client ? this.#server : this.#client
    if (!this.#links) this.#abandonDial(socket)
    else if (socket === this.#client) {
      this.#links.downstream.stop()
      this.#links.upstream.sourceClosed()
    } else {
      this.#links.upstream.stop()
      this.#links.downstream.sourceClosed()
    }
    if (this.#client.closed && (!other || other.closed)) this.#gone()
  }

  /** One side went away before both were there. A client that had sent data learns by a reset that it got lost. */
  #abandonDial(socket: Socket | undefined): void {
    if (socket === this.#client) this.#server?.destroy()
    else if (this.#client.bytesRead > 0) this.#client.resetAndDestroy()
    else this.#client.destroy()
  }

  /** Both 'close' events may find both sockets closed; the connection ends once. */
  #gone(): void {
    if (this.#ended) return
    this.#ended = true
    this.#stop()
    this.#options.metrics.activeConnections -= 1
    this.#options.onClosed()
  }
}
