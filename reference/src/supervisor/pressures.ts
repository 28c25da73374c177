import {reasonOf, requestJson} from './http-json.js'
import type {KeptProcess} from './kept-process.js'
import {PressedProcess, type Pressure} from './pressed-process.js'
import {PressureError} from './pressure-error.js'
import {readUsage} from './process-usage.js'

/** Filling memory takes time, more so for a process that hardly gets to run. */
const ballastLimitMs = 10_000

/** What the machine keeps, so that the fault hits the replica and not whatever else runs here. */
const reserveBytes = 256e6

const inMegabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

/** One replica's process as faults find it: what is asked of it, and what the kernel says. */
export interface PressureReading {
  /** 0 while it does not run. */
  pid: number
  /** Milliseconds on a clock that never goes back; the other times count on the same. */
  atMs: number
  /** Who puts pressure on it. */
  holders: string[]
  /** CPU time that it used since it began. */
  cpuMs: number
  /** Time for which the CPU was taken from it, since the first pressure on it. */
  stoppedMs: number
  /** Whether a signal has stopped it at this moment. */
  stopped: boolean
  /** Memory that it holds for the holders, by its own word. */
  heldBytes: number
  rssBytes: number
  /** What this machine has left for it, with a reserve taken off. */
  availableBytes: number
}

/** Puts pressure on the processes of replicas, and takes it off again. */
export class Pressures {
  readonly #urlOf: (replica: string) => string
  readonly #pressed = new Map<string, PressedProcess>()

  constructor(urlOf: (replica: string) => string) {
    this.#urlOf = urlOf
  }

  async read(kept: KeptProcess): Promise<PressureReading> {
    const {pid} = kept
    const usage = await readUsage(pid)
    const state = this.#of(kept)?.state ?? {holders: [], stoppedMs: 0, heldBytes: 0}
    const {cpuMs = 0, rssBytes = 0, stopped = false} = usage ?? {}
    const availableBytes = Math.max(0, process.availableMemory() - reserveBytes)
    return {pid, atMs: performance.now(), ...state, cpuMs, stopped, rssBytes, availableBytes}
  }

  /** Sets what `holder` asks of the process `pid`; throws PressureError when that is another one now. */
  async press(kept: KeptProcess, holder: string, pid: number, pressure: Pressure): Promise<void> {
    this.#mustBe(kept, pid)
    const pressed = this.#of(kept) ?? this.#begin(kept)
    const growth = pressed.growth(holder, pressure)
    const available = process.availableMemory() - reserveBytes
    if (growth > available)
      throw new PressureError(
        409,
        `${kept.spec.name} cannot hold ${inMegabytes(growth)} more: this machine has ${inMegabytes(Math.max(0, available))} to spare`,
      )
    await pressed.set(holder, pressure)
  }

  /** Takes off what `holder` asked for; safe when it asked for nothing, or the process is another one now. */
  async release(kept: KeptProcess, holder: string): Promise<void> {
    await this.#of(kept)?.set(holder, undefined)
  }

  /** A process that could not answer now can: it hears what it missed. */
  async catchUp(kept: KeptProcess): Promise<void> {
    await this.#of(kept)
      ?.catchUp()
      .catch(() => {})
  }

  /** Sends a signal to the process `pid`; throws PressureError when that is another one now. */
  signal(kept: KeptProcess, pid: number, signal: NodeJS.Signals): void {
    this.#mustBe(kept, pid)
    // A process that runs in slices must know that it is stopped for longer.
    const sent = this.#of(kept)?.signal(signal) ?? kept.signal(pid, signal)
    if (!sent) throw new PressureError(409, `${kept.spec.name} has just ended`)
  }

  #mustBe(kept: KeptProcess, pid: number): void {
    if (kept.pid === pid && pid !== 0) return
    const now =
      kept.pid === 0 ? 'is not running' : `is process ${kept.pid} now, not ${pid}: it was started again`
    throw new PressureError(409, `${kept.spec.name} ${now}`)
  }

  #of(kept: KeptProcess): PressedProcess | undefined {
    const pressed = this.#pressed.get(kept.spec.name)
    return pressed && pressed.pid === kept.pid ? pressed : undefined
  }

  #begin(kept: KeptProcess): PressedProcess {
    const {pid, spec} = kept
    const url = `${this.#urlOf(spec.name)}/__ref/ballast`
    const pressed = new PressedProcess({
      name: spec.name,
      pid,
      isRunning: () => kept.pid === pid,
      signal: (signal) => kept.signal(pid, signal),
      holdBallast: async (bytes) => {
        const answer = await requestJson('PUT', url, {body: {bytes}, limitMs: ballastLimitMs})
        const {heldBytes} = Object(answer.body)
        if (answer.status !== 200 || typeof heldBytes !== 'number') throw new Error(reasonOf(answer))
        return heldBytes
      },
    })
    this.#pressed.set(spec.name, pressed)
    return pressed
  }
}
