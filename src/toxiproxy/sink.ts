import type {Socket} from 'node:net'
import type {ByteCounters} from './metrics.js'
import type {Inlet} from './queue.js'

/** More than one write of a source, and what it may add to the socket's own limit. */
const overfullBytes = 1024 * 1024

/** The end of a link: writes to the destination's socket, counting. */
export class Sink implements Inlet {
  readonly #socket: Socket
  readonly #counters: ByteCounters
  readonly #onEnd: () => void
  ended = false
  full = false
  onRoom: () => void = () => {}

  constructor(socket: Socket, counters: ByteCounters, onEnd: () => void) {
    this.#socket = socket
    this.#counters = counters
    this.#onEnd = onEnd
    socket.on('drain', () => {
      this.full = false
      this.onRoom()
    })
  }

  /** True while something that was pushed has not left for the kernel yet. */
  get pending(): boolean {
    return this.#socket.writableLength > 0
  }

  /** True while what removed toxics let go of still waits for a slow reader: read no more, or it would pile up. */
  get overfull(): boolean {
    return this.#socket.writableLength > overfullBytes
  }

  push(data: Buffer): void {
    if (!this.#socket.writable) return
    this.full = !this.#socket.write(data)
    this.#counters.sent += data.length
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    this.#onEnd()
  }
}
