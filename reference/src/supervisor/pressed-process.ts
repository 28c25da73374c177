import {CpuThrottle, combinedTake} from './cpu-throttle.js'
import {PressureError} from './pressure-error.js'
import {stoppedNow} from './process-usage.js'

/** What one holder asks of a process. */
export interface Pressure {
  /** Share of its CPU time that is taken, from 0 to below 1. */
  cpu?: number
  /** Memory that it must hold without using it. */
  memoryBytes?: number
}

/** The process under pressure, as far as it matters here. */
export interface Pressable {
  name: string
  pid: number
  isRunning(): boolean
  signal(signal: NodeJS.Signals): boolean
  /** Has it hold exactly so much ballast; answers how much it holds. */
  holdBallast(bytes: number): Promise<number>
}

/** The pressure that any number of holders put on one process: it ends with the process, and a new one starts without. */
export class PressedProcess {
  readonly #process: Pressable
  readonly #throttle: CpuThrottle
  readonly #holders = new Map<string, Pressure>()
  #heldBytes = 0
  #frozen = false
  #tail: Promise<void> = Promise.resolve()

  constructor(process: Pressable) {
    this.#process = process
    this.#throttle = new CpuThrottle({
      signal: (signal) => process.signal(signal),
      isRunning: () => process.isRunning(),
      isStopped: () => stoppedNow(process.pid),
    })
  }

  get pid(): number {
    return this.#process.pid
  }

  get state() {
    const {stoppedMs} = this.#throttle
    return {holders: [...this.#holders.keys()], stoppedMs, heldBytes: this.#heldBytes}
  }

  /** How much more memory this would take. */
  growth(holder: string, {memoryBytes = 0}: Pressure): number {
    return memoryBytes - (this.#holders.get(holder)?.memoryBytes ?? 0)
  }

  /** Sets what one holder asks for; nothing releases it. Throws PressureError when the process does not answer. */
  async set(holder: string, pressure: Pressure | undefined): Promise<void> {
    if (pressure) this.#holders.set(holder, pressure)
    else this.#holders.delete(holder)
    this.#throttle.setTake(combinedTake([...this.#holders.values()].map(({cpu = 0}) => cpu)))
    await this.catchUp()
  }

  /** Asks for the ballast that it should hold, one question after another. */
  catchUp(): Promise<void> {
    const next = this.#tail.then(() => this.#askBallast())
    this.#tail = next.catch(() => {})
    return next
  }

  signal(signal: NodeJS.Signals): boolean {
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') this.#frozen = signal === 'SIGSTOP'
    this.#throttle.setFrozen(this.#frozen)
    return this.#process.signal(signal)
  }

  async #askBallast(): Promise<void> {
    const wanted = [...this.#holders.values()].reduce((sum, {memoryBytes = 0}) => sum + memoryBytes, 0)
    if (wanted === this.#heldBytes || !this.#process.isRunning()) return
    const {name} = this.#process
    if (this.#frozen) throw new PressureError(409, `${name} is frozen: its memory changes when it may run on`)
    try {
      this.#heldBytes = await this.#process.holdBallast(wanted)
    } catch (cause) {
      // One that ended meanwhile holds nothing.
      if (this.#process.isRunning())
        throw new PressureError(502, `${name} did not answer for its memory: ${String(cause)}`)
    }
  }
}
