import type {Socket} from 'node:net'
import type {ByteCounters, ToxicCounters} from './metrics.js'
import type {Inlet} from './queue.js'
import type {Random} from './random.js'
import {Sink} from './sink.js'
import type {Source, Taker} from './source.js'
import {Stage} from './stage.js'
import type {Opposite, Tap} from './tap.js'
import type {Direction, Toxic} from './toxic.js'

/** What a link needs to know of its connection. */
export interface LinkSurroundings {
  direction: Direction
  counters: ByteCounters
  toxicCounters: (toxic: Toxic) => ToxicCounters
  randomFor: (toxic: Toxic) => Random
  /** The other direction of the connection. */
  opposite: () => Opposite
  /** Ends the connection gracefully: what was written still arrives. */
  onFinish: () => void
  /** Ends the connection with a TCP reset. */
  onReset: () => void
}

/**
 * One direction of one connection: source → stage → stage → destination, one stage per toxic whose dice took this link.
 * Without stages a chunk goes from socket to socket in the same turn of the event loop.
 */
export class Link implements Opposite, Taker {
  readonly #source: Source
  readonly #around: LinkSurroundings
  readonly #sink: Sink
  readonly #stages: Stage[] = []
  /** In the order of their toxics: the first is the farthest from the source. */
  #taps: Tap[] = []
  #entry: Inlet
  #started = false
  #sourceEnded = false
  #closesBothWays = false
  #stopped = false

  constructor(source: Source, destination: Socket, around: LinkSurroundings) {
    this.#source = source
    this.#around = around
    this.#sink = new Sink(destination, around.counters, () => {
      // Half-close: the other direction goes on.
      if (this.#closesBothWays) around.onFinish()
      else destination.end()
    })
    this.#entry = this.#sink
    destination.on('drain', () => this.#resume())
  }

  /** Starts moving data, through these toxics. */
  start(toxics: readonly Toxic[]): void {
    for (const toxic of toxics) this.add(toxic)
    this.#started = true
    this.#relink()
    this.#source.start(this)
  }

  /** True when data may be held back on the way: by a toxic or a tap, or by a reader that is slower than the source. */
  get keeps(): boolean {
    return this.#entry !== this.#sink || this.#sink.pending
  }

  take(data: Buffer): void {
    this.#around.counters.received += data.length
    this.#entry.push(data, performance.now())
    if (this.#isBlocked()) this.#source.pause()
  }

  end(): void {
    this.#sourceEnded = true
    this.#entry.end()
  }

  /** The source is gone for good: what it sent still goes through, then the connection ends both ways. */
  sourceClosed(): void {
    this.#closesBothWays = true
    if (this.#sink.ended) this.#around.onFinish()
    else this.end()
  }

  tap(tap: Tap): Inlet {
    this.#taps = [...this.#taps, tap].sort((one, other) => one.order - other.order)
    this.#relink()
    return tap.output
  }

  untap(tap: Tap): void {
    this.#taps = this.#taps.filter((other) => other !== tap)
    this.#relink()
  }

  /** Rolls the dice for a toxic and, if they say so, puts it to work. */
  add(toxic: Toxic): void {
    if (this.#stopped || toxic.direction !== this.#around.direction) return
    const random = this.#around.randomFor(toxic)
    if (random() >= toxic.toxicity) return
    const counters = this.#around.toxicCounters(toxic)
    counters.connections += 1
    const stage = this.#stage(toxic, random, counters)
    const next = this.#stages.findIndex((other) => other.toxic.order > toxic.order)
    this.#stages.splice(next < 0 ? this.#stages.length : next, 0, stage)
    const previous = this.#stages[this.#stages.indexOf(stage) - 1]
    if (previous ? previous.done : this.#sourceEnded) stage.end()
    this.#relink()
    void stage.run()
  }

  /** The toxic's attributes or toxicity changed: the dice are rolled again. */
  change(toxic: Toxic): void {
    const stage = this.#stageOf(toxic)
    if (!stage) this.add(toxic)
    else if (this.#around.randomFor(toxic)() < toxic.toxicity) stage.interrupt('change')
    else this.#release(stage)
  }

  /** Takes a toxic away. What it held goes on its way, or the connection closes when it had dropped data. */
  remove(toxic: Toxic): void {
    const stage = this.#stageOf(toxic)
    if (!stage) return
    if (toxic.kind.closesOnRemoval) this.#around.onFinish()
    else this.#release(stage)
  }

  /** Stops all toxics; whatever they hold is dropped. */
  stop(): void {
    this.#stopped = true
    for (const stage of this.#stages) stage.interrupt('stop')
    this.#stages.length = 0
    this.#entry = this.#sink
    this.#source.stop()
  }

  #stageOf(toxic: Toxic): Stage | undefined {
    return this.#stages.find((stage) => stage.toxic === toxic)
  }

  #stage(toxic: Toxic, random: Random, counters: ToxicCounters): Stage {
    return new Stage({
      toxic,
      random,
      counters,
      output: this.#sink,
      opposite: this.#around.opposite(),
      isFresh: !this.#started,
      onClose: () => {
        this.#closesBothWays = true
      },
      onReset: this.#around.onReset,
      onRemoved: (stage) => this.#unlink(stage),
    })
  }

  #release(stage: Stage): void {
    if (stage.done) this.#unlink(stage)
    else stage.interrupt('remove')
  }

  /** Hands on what waits before a stage and takes the stage out, in one go, so that nothing can overtake. */
  #unlink(stage: Stage): void {
    for (let chunk = stage.input.shift(); chunk; chunk = stage.input.shift())
      stage.output.push(chunk.data, chunk.receivedAt)
    if (stage.input.ended) stage.output.end()
    const index = this.#stages.indexOf(stage)
    if (index >= 0) this.#stages.splice(index, 1)
    this.#relink()
  }

  /** Connects each stage to the next and wakes all, since whoever waited for room may have another reader now. */
  #relink(): void {
    let output: Inlet = this.#sink
    for (const stage of [...this.#stages].reverse()) {
      stage.output = output
      output.onRoom = () => stage.wake()
      output = stage
    }
    for (const tap of this.#taps) {
      tap.output = output
      output = tap
    }
    this.#entry = output
    output.onRoom = () => this.#resume()
    for (const stage of this.#stages) stage.wake()
    this.#resume()
  }

  #isBlocked(): boolean {
    return this.#entry.full || this.#sink.overfull
  }

  #resume(): void {
    if (!this.#stopped && !this.#isBlocked()) this.#source.resume()
  }
}
