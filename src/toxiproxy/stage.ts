import type {RequestCounters, ToxicCounters} from './metrics.js'
import {type Chunk, type Inlet, Queue, shortQueue} from './queue.js'
import type {Random} from './random.js'
import type {Opposite} from './tap.js'
import type {Toxic} from './toxic.js'

/** Why a toxic has to stop what it does; a later reason replaces an earlier one only when it is stronger. */
type Interruption = 'change' | 'remove' | 'stop'
const strength: Record<Interruption, number> = {change: 1, remove: 2, stop: 3}

/** The longest time that one timer of Node can wait; longer sleeps are made of several. */
const longestTimerMs = 2 ** 31 - 1

interface StageOptions {
  toxic: Toxic
  random: Random
  counters: ToxicCounters
  output: Inlet
  opposite: Opposite
  /** True when the toxic is there from the first byte of the link on. */
  isFresh: boolean
  onClose: () => void
  onReset: () => void
  onRemoved: (stage: Stage) => void
}

/**
 * One toxic at work on one link: a queue, the toxic's loop, and the next inlet. All waiting is in `#park`, and
 * whatever happens (data, room, a timer, an interruption) only wakes the loop, which then looks at the facts again.
 */
export class Stage implements Inlet {
  readonly toxic: Toxic
  readonly input: Queue
  readonly random: Random
  output: Inlet
  onRoom: () => void = () => {}
  /** Bytes that this toxic let through on this link, over all changes of its attributes. */
  passedBytes = 0
  /** When all that was let through may have gone (`performance.now()`), for toxics that keep a pace. */
  paidUntil = 0
  /** True when the loop has ended: nothing more will come out. */
  done = false
  readonly #options: StageOptions
  #interruption: Interruption | undefined
  #attributes: Record<string, number> = {}
  /** True while the loop waits for data and holds none. */
  #idle = false
  #wake: () => void = () => {}

  constructor(options: StageOptions) {
    this.#options = options
    this.toxic = options.toxic
    this.random = options.random
    this.output = options.output
    this.input = new Queue(this.toxic.kind.queue ?? shortQueue, () => this.onRoom())
  }

  get full(): boolean {
    return this.input.full
  }

  /** Takes data in. What the toxic would let by unchanged and at once does not wait for the loop to come round. */
  push(data: Buffer, receivedAt: number): void {
    const {counters} = this.#options
    counters.chunks += 1
    counters.bytes += data.length
    if (this.#letsBy(data, receivedAt)) {
      this.passedBytes += data.length
      this.output.push(data, receivedAt)
      return
    }
    this.input.push(data, receivedAt)
    this.wake()
  }

  end(): void {
    this.input.end()
    this.wake()
  }

  /** Makes the loop look at the facts again. */
  wake(): void {
    this.#wake()
  }

  interrupt(reason: Interruption): void {
    if (reason === 'change' && this.toxic.kind.keepsOnChange) return
    if (this.#interruption && strength[this.#interruption] >= strength[reason]) return
    this.#interruption = reason
    this.wake()
  }

  /** True when the toxic was changed or removed or the link closed: let go of what is held and return. */
  get interrupted(): boolean {
    return this.#interruption !== undefined
  }

  /** The other direction of the connection. */
  get opposite(): Opposite {
    return this.#options.opposite
  }

  /** True when no data of the link went by before this toxic came. */
  get isFresh(): boolean {
    return this.#options.isFresh
  }

  /** Counters for a toxic that looks at requests. */
  get requests(): RequestCounters {
    this.#options.counters.requests ??= {seen: 0, matched: 0, answered: 0, delayed: 0}
    return this.#options.counters.requests
  }

  /** Runs the toxic until its input ends or it is taken away. A changed toxic starts again with what it held released. */
  async run(): Promise<void> {
    do {
      this.#interruption = undefined
      const {kind, attributes} = this.toxic
      this.#attributes = Object.fromEntries(kind.attributes.map((name) => [name, Number(attributes[name])]))
      await kind.pipe(this, this.#attributes)
    } while (this.#is('change'))
    this.done = true
    if (this.#is('remove')) this.#options.onRemoved(this)
    else if (!this.#interruption) this.output.end()
  }

  now(): number {
    return performance.now()
  }

  /** Waits until data or the end of it is there, without taking it. False when interrupted. */
  async arrival(): Promise<boolean> {
    while (!this.#interruption && this.input.length === 0 && !this.input.ended) {
      this.#idle = true
      await this.#park()
      this.#idle = false
    }
    return !this.#interruption
  }

  /** The next chunk; `undefined` at the end of the data or when interrupted. */
  async read(): Promise<Chunk | undefined> {
    return (await this.arrival()) ? this.input.shift() : undefined
  }

  /** Like `read`, but also after the toxic was taken away, for what must not be left half done. */
  async readOn(): Promise<Chunk | undefined> {
    while (!this.#is('stop') && this.input.length === 0 && !this.input.ended) await this.#park()
    return this.#is('stop') ? undefined : this.input.shift()
  }

  /** Like `read`, but `'late'` when nothing came within `ms`. */
  async readWithin(ms: number): Promise<Chunk | 'late' | undefined> {
    const deadline = this.now() + ms
    while (!this.#interruption && this.input.length === 0 && !this.input.ended) {
      if (this.now() >= deadline) return 'late'
      await this.#park(deadline - this.now())
    }
    return this.#interruption ? undefined : this.input.shift()
  }

  /** Passes data on when there is room; at once when interrupted, so that no removal waits for a slow reader. */
  async write(data: Buffer): Promise<void> {
    while (!this.#interruption && this.output.full) await this.#park()
    if (this.#is('stop') || data.length === 0) return
    this.passedBytes += data.length
    this.output.push(data, this.now())
  }

  /** Waits until `deadline` (`performance.now()`), never less. False when interrupted before. */
  async sleepUntil(deadline: number): Promise<boolean> {
    while (!this.#interruption && this.now() < deadline) await this.#park(deadline - this.now())
    return !this.#interruption
  }

  sleep(ms: number): Promise<boolean> {
    return this.sleepUntil(this.now() + ms)
  }

  async untilInterrupted(): Promise<void> {
    while (!this.#interruption) await this.#park()
  }

  /** Lets the event loop turn, so that what was written leaves as a segment of its own. */
  async nextTurn(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** Ends the connection, both ways, once what was passed on has arrived. */
  close(): void {
    this.#options.onClose()
    this.output.end()
    this.interrupt('stop')
  }

  /** Ends the connection with a TCP reset on both sides; all data still held is lost. */
  reset(): void {
    this.interrupt('stop')
    this.#options.onReset()
  }

  #letsBy(data: Buffer, receivedAt: number): boolean {
    if (!this.#idle || this.#interruption || this.input.length > 0 || this.output.full) return false
    return this.toxic.kind.passes?.(this, this.#attributes, data.length, receivedAt) ?? false
  }

  #is(reason: Interruption): boolean {
    return this.#interruption === reason
  }

  async #park(ms?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (ms !== undefined) timer = setTimeout(resolve, Math.min(Math.ceil(ms), longestTimerMs))
    })
    clearTimeout(timer)
  }
}
