import {connect, type Socket} from 'node:net'
import type {Edge} from '../scenarios/target.js'

/** What came of one exchange over a fresh connection. */
export interface ProbeResult {
  outcome: 'answered' | 'refused' | 'reset' | 'closed' | 'timeout' | 'error'
  /** Milliseconds from the connect to what was watched for, or to the failure; see ProbeWatch. */
  ms: number
  /** Bytes of the question. */
  sent: number
  /** Bytes of the answer that came in that time. */
  received: number
}

/**
 * What a probe watches for:
 * - `answer`: the first bytes of the answer;
 * - `whole`: the last bytes of the answer, or the end of the connection; the other side has had its say when nothing
 *   came for `quietMs`;
 * - `close`: the other side's end of the connection after ours; `ms` counts from our own end.
 */
export type ProbeWatch = 'answer' | 'whole' | 'close'

export interface ProbeOptions {
  /** Longest that the probe takes. */
  limitMs: number
  /** `answer` by default. */
  watch?: ProbeWatch
  /** 250 by default. */
  quietMs?: number
  /** Gives up at once: `error`. */
  signal?: AbortSignal
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

const dial = (address: string): Socket => {
  const separator = address.lastIndexOf(':')
  const host = address.slice(0, separator).replace(/^\[(.*)\]$/, '$1')
  const port = Number(address.slice(separator + 1))
  // Half-open: an end from the other side must not end ours before it is seen.
  return connect({host: host === '::' ? '127.0.0.1' : host, port, allowHalfOpen: true})
}

/**
 * Speaks to `address` (`host:port`) as a client of the edge would, over a connection of its own, and never throws.
 * A `tcp` probe asks nothing: it is answered when the connection stays open for `limitMs / 4`.
 */
export const probeEdge = (
  address: string,
  probe: Edge['probe'],
  options: ProbeOptions,
): Promise<ProbeResult> => new Promise((resolve) => new Exchange(address, probe, options, resolve))

class Exchange {
  readonly #socket: Socket
  readonly #asked: Buffer | undefined
  readonly #options: ProbeOptions
  readonly #resolve: (result: ProbeResult) => void
  readonly #limit: NodeJS.Timeout
  readonly #giveUp = (): void => this.#settle('error')
  #pause: NodeJS.Timeout | undefined
  #startedAt = performance.now()
  #lastAt = this.#startedAt
  #received = 0
  #settled = false

  constructor(
    address: string,
    probe: Edge['probe'],
    options: ProbeOptions,
    resolve: (result: ProbeResult) => void,
  ) {
    this.#options = options
    this.#resolve = resolve
    this.#asked = question(probe)
    this.#socket = dial(address)
    this.#limit = setTimeout(() => this.#settle('timeout'), options.limitMs)
    options.signal?.addEventListener('abort', this.#giveUp, {once: true})
    this.#socket
      .once('connect', () => this.#connected())
      .on('data', (data: Buffer) => this.#heard(data))
      .once('end', () => this.#settle('closed'))
      .once('error', (error) => this.#settle(outcomeOf(error)))
    if (options.signal?.aborted) this.#giveUp()
  }

  #connected(): void {
    if (this.#asked) this.#socket.write(this.#asked)
    else this.#after(this.#options.limitMs / 4, () => this.#satisfied())
  }

  #heard(data: Buffer): void {
    this.#received += data.length
    this.#lastAt = performance.now()
    const quietMs = this.#options.watch === 'whole' ? (this.#options.quietMs ?? 250) : 0
    if (quietMs === 0) this.#satisfied()
    else this.#after(quietMs, () => this.#settle('answered', this.#lastAt))
  }

  /** The question is answered. A probe that watches for the close now ends its side, and waits for the other's. */
  #satisfied(): void {
    if (this.#options.watch !== 'close') this.#settle('answered')
    else if (!this.#socket.writableEnded) {
      this.#startedAt = performance.now()
      this.#socket.end()
    }
  }

  #after(ms: number, then: () => void): void {
    clearTimeout(this.#pause)
    this.#pause = setTimeout(then, ms)
  }

  #settle(outcome: ProbeResult['outcome'], atMs = performance.now()): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#limit)
    clearTimeout(this.#pause)
    this.#options.signal?.removeEventListener('abort', this.#giveUp)
    // An error that comes now has no meaning any more, but without a listener it would be thrown.
    this.#socket.on('error', () => {}).destroy()
    this.#resolve({
      outcome,
      ms: atMs - this.#startedAt,
      sent: this.#asked?.length ?? 0,
      received: this.#received,
    })
  }
}
