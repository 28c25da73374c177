/** Bytes on their way, and when they came in (`performance.now()`, milliseconds). */
export interface Chunk {
  data: Buffer
  receivedAt: number
}

/** Where a link's data goes next: the queue before a toxic, or the socket at its end. */
export interface Inlet {
  /** True when the writer should wait for `onRoom`. A push is still taken: the limit is soft. */
  readonly full: boolean
  /** Set by whoever writes into this inlet; called when there is room again. */
  onRoom: () => void
  push(data: Buffer, receivedAt: number): void
  /** No more data will come. Ending twice is harmless. */
  end(): void
}

/** How much may wait before one toxic until the source has to pause. */
export interface QueueLimit {
  bytes: number
  chunks: number
}

/** What most toxics hold: about one read of a socket. */
export const shortQueue: QueueLimit = {bytes: 64 * 1024, chunks: 1024}

/** The chunks that wait before one toxic. */
export class Queue {
  readonly #limit: QueueLimit
  readonly #onRoom: () => void
  #items: Chunk[] = []
  #head = 0
  #bytes = 0
  #ended = false

  /** `onRoom` is called when the queue was full and is no more. */
  constructor(limit: QueueLimit, onRoom: () => void) {
    this.#limit = limit
    this.#onRoom = onRoom
  }

  get full(): boolean {
    return this.#bytes >= this.#limit.bytes || this.length >= this.#limit.chunks
  }

  get length(): number {
    return this.#items.length - this.#head
  }

  /** True once `end` was called; chunks may still wait. */
  get ended(): boolean {
    return this.#ended
  }

  push(data: Buffer, receivedAt: number): void {
    this.#items.push({data, receivedAt})
    this.#bytes += data.length
  }

  end(): void {
    this.#ended = true
  }

  /** The oldest chunk, if any. */
  shift(): Chunk | undefined {
    const chunk = this.#items[this.#head]
    if (!chunk) return undefined
    const wasFull = this.full
    this.#head += 1
    this.#bytes -= chunk.data.length
    // Array.shift() moves every item; this moves them once in a while.
    if (this.#head === this.#items.length || this.#head >= 1024) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    if (wasFull && !this.full) this.#onRoom()
    return chunk
  }
}
