import type {OnReadOpts, Socket} from 'node:net'

/** Who gets a source's data. */
export interface Taker {
  /** True when data that was given may still be held, so that its memory is not to be used again. */
  readonly keeps: boolean
  take(data: Buffer): void
  /** No more data will come. */
  end(): void
}

/** The start of a link: what a socket receives. */
export interface Source {
  start(taker: Taker): void
  pause(): void
  /** Harmless when nothing is paused. */
  resume(): void
  /** Reads no more, for good. */
  stop(): void
}

/** What a client sends, in buffers that Node makes for each read: an accepted socket offers nothing cheaper. */
export const acceptedSource = (socket: Socket): Source => ({
  start: (taker) => void socket.on('data', (data: Buffer) => taker.take(data)).once('end', () => taker.end()),
  pause: () => void socket.pause(),
  resume: () => void (socket.isPaused() && socket.resume()),
  stop: () => void socket.removeAllListeners('data').pause(),
})

/** What Node reads at once by default, too. */
const bufferBytes = 64 * 1024

/**
 * What a server answers, read into one buffer again and again as long as its data leaves at once, as it does when no
 * toxic holds it and the client reads: that spares a third of the work outside of the kernel.
 */
export class DialledSource implements Source {
  /** For `connect`: reading begins with the connection, after its 'connect' event. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#buffer,
    callback: (length) => {
      this.#pass(this.#buffer.subarray(0, length))
      return true
    },
  }
  #buffer = Buffer.allocUnsafeSlow(bufferBytes)
  #taker: Taker | undefined
  #socket: Socket | undefined

  /** To be called before `start`, with the socket that was made with `onread`. */
  attach(socket: Socket): void {
    this.#socket = socket
  }

  start(taker: Taker): void {
    this.#taker = taker
    this.#socket?.once('end', () => taker.end())
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    if (this.#socket?.isPaused()) this.#socket.resume()
  }

  stop(): void {
    this.#taker = undefined
    this.#socket?.pause()
  }

  #pass(data: Buffer): void {
    const taker = this.#taker
    if (!taker) return
    // Few bytes are copied: to hold a large buffer for their sake would cost a thousandfold of their memory.
    const copies = taker.keeps && data.length < bufferBytes / 2
    taker.take(copies ? Buffer.from(data) : data)
    if (taker.keeps && !copies) this.#buffer = Buffer.allocUnsafeSlow(bufferBytes)
  }
}
