/** What a throttle may do to its process. */
export interface Throttled {
  /** Sends it a signal; false when it has gone. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): boolean
  isRunning(): boolean
  /** Whether the kernel has stopped it; undefined when nobody can tell. */
  isStopped(): boolean | undefined
}

const periodMs = 100
/** What a busy machine made of the slices is made up for, but not by starving the process for long. */
const longestSliceMs = 2 * periodMs
const mostOwedMs = 5 * periodMs

/** What is taken of a CPU when several take their shares of what the others left. */
export const combinedTake = (takes: readonly number[]): number =>
  1 - takes.reduce((left, take) => left * (1 - take), 1)

/**
 * Takes a share of its time from a process by stopping it for that share of each 100 ms, as cpulimit does: needs no
 * rights beyond signalling it, and works wherever there are signals.
 *
 *     take 80 %   ├ runs 20 ms ┤ stopped 80 ms ├ runs 20 ms ┤ …
 *
 * What is owed to the share, because timers are late, is carried over to the next slices.
 */
export class CpuThrottle {
  readonly #process: Throttled
  #take = 0
  #frozen = false
  #stopped = false
  #stoppedMs = 0
  /** Time for which it should have been stopped by now and was not; negative when it was stopped for too long. */
  #owedMs = 0
  #sliceBegan = 0
  #timer: NodeJS.Timeout | undefined

  constructor(process: Throttled) {
    this.#process = process
  }

  /** Milliseconds for which it was stopped so far; only what the kernel confirmed. */
  get stoppedMs(): number {
    return this.#stoppedMs + (this.#stopped && !this.#frozen ? performance.now() - this.#sliceBegan : 0)
  }

  /** The share of its time that is taken, below 1; with 0 it runs on at once. */
  setTake(take: number): void {
    this.#take = take
    this.#owedMs = 0
    if (take > 0 && !this.#timer) this.#run()
    if (take > 0 || !this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#stopped) this.#letRun()
  }

  /** Whether somebody else has stopped it: until it may run on, the throttle keeps away from it. */
  setFrozen(frozen: boolean): void {
    this.#frozen = frozen
  }

  #run(): void {
    const ratio = this.#take / (1 - this.#take)
    this.#slice(periodMs * (1 - this.#take) - this.#owedMs / ratio, (ranMs) => {
      if (this.#frozen) return this.#run()
      this.#stopped = this.#process.signal('SIGSTOP')
      this.#owe(ranMs * ratio)
      if (this.#stopped) this.#stop()
    })
  }

  #stop(): void {
    this.#slice(this.#owedMs, (stoppedMs) => {
      this.#owe(-stoppedMs)
      this.#letRun(stoppedMs)
      this.#run()
    })
  }

  #owe(ms: number): void {
    this.#owedMs = Math.max(-mostOwedMs, Math.min(mostOwedMs, this.#owedMs + ms))
  }

  #letRun(stoppedMs = performance.now() - this.#sliceBegan): void {
    this.#stopped = false
    if (this.#frozen) return
    if (this.#process.isStopped() !== false) this.#stoppedMs += stoppedMs
    this.#process.signal('SIGCONT')
  }

  /** The throttle ends with its process. */
  #slice(forMs: number, then: (tookMs: number) => void): void {
    this.#sliceBegan = performance.now()
    const over = (): void => {
      this.#timer = undefined
      if (this.#process.isRunning()) then(performance.now() - this.#sliceBegan)
    }
    this.#timer = setTimeout(over, Math.min(longestSliceMs, Math.max(1, forMs)))
  }
}
