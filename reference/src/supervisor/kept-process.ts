import type {ChildProcess} from 'node:child_process'
import {setTimeout as delay} from 'node:timers/promises'

export type ProcessState = 'starting' | 'ready' | 'not-ready' | 'stopped'

/** How one process is started, asked and ended. */
export interface ProcessSpec {
  name: string
  start(): ChildProcess
  /** Whether it can do its work; `false` is its own word, a rejection means no answer. */
  probe(child: ChildProcess, signal: AbortSignal): Promise<boolean>
  /** Asks it to end. */
  endSignal: NodeJS.Signals
  onStart(pid: number): void
  onExit(pid: number): void
  /** It could not do its work (just started, frozen), and now can. */
  onReady?(): void
}

const probeLimitMs = 400
const firstDelayMs = 100
const longestDelayMs = 5000
const healthyMs = 10_000

/**
 * Keeps one process running: starts it again when it dies, later each time that it does not live long, and asks
 * it whether it is ready.
 *
 *     start ─▶ starting ─▶ ready ◀─▶ not-ready      (frozen, or its database is gone: never restarted for that)
 *       ▲          └──────────┴──────────┘
 *       │ 100 ms … 5 s        ▼ exit
 *       └───────────────── stopped                  (stays so while `respawn` is off)
 */
export class KeptProcess {
  readonly spec: ProcessSpec
  state: ProcessState = 'stopped'
  restarts = 0
  /** Milliseconds since the epoch. */
  startedAt = 0
  #child: ChildProcess | undefined
  #respawn = true
  #ending = false
  #delayMs = firstDelayMs
  #readySince = 0
  #restartTimer: NodeJS.Timeout | undefined

  constructor(spec: ProcessSpec) {
    this.spec = spec
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  start(): void {
    if (this.#child || this.#ending) return
    clearTimeout(this.#restartTimer)
    const child = this.spec.start()
    this.#child = child
    this.state = 'starting'
    this.startedAt = Date.now()
    if (child.pid !== undefined) this.spec.onStart(child.pid)
    const ended = new AbortController()
    const onExit = (): void => {
      if (this.#child !== child) return
      ended.abort()
      this.#exited(child.pid)
    }
    // A process that cannot be started at all reports an error and no exit.
    child.once('exit', onExit).once('error', () => child.pid === undefined && onExit())
    void this.#watch(child, ended.signal)
  }

  /** Off: it stays down when it dies. Back on: it is started at once if it is down. */
  setRespawn(respawn: boolean): void {
    this.#respawn = respawn
    if (!respawn) clearTimeout(this.#restartTimer)
    else if (!this.#child && !this.#ending) this.#restart()
  }

  /** Sends a signal to that very process; false when it has gone. Its parent cannot mistake another one for it. */
  signal(pid: number, signal: NodeJS.Signals): boolean {
    return this.#child !== undefined && this.#child.pid === pid && this.#child.kill(signal)
  }

  /** Ends it for good: asks, and after `limitMs` kills. Resolves when it is gone. */
  async end(limitMs: number): Promise<void> {
    this.#ending = true
    clearTimeout(this.#restartTimer)
    const child = this.#child
    if (!child) return
    const gone = new Promise<void>((resolve) =>
      child.once('exit', () => resolve()).once('error', () => resolve()),
    )
    child.kill(this.spec.endSignal)
    const tooLong = setTimeout(() => child.kill('SIGKILL'), limitMs)
    await gone
    clearTimeout(tooLong)
  }

  #restart(): void {
    this.restarts++
    this.start()
  }

  #exited(pid: number | undefined): void {
    if (pid !== undefined) this.spec.onExit(pid)
    if (this.state === 'ready' && Date.now() - this.#readySince >= healthyMs) this.#delayMs = firstDelayMs
    this.#child = undefined
    this.state = 'stopped'
    if (this.#ending || !this.#respawn) return
    this.#restartTimer = setTimeout(() => this.#restart(), this.#delayMs)
    this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs)
  }

  async #watch(child: ChildProcess, ended: AbortSignal): Promise<void> {
    let silent = 0
    while (!ended.aborted) {
      try {
        const ready = await withLimit(probeLimitMs, ended, (signal) => this.spec.probe(child, signal))
        silent = 0
        this.#answered(ready)
      } catch {
        // One lost answer is noise on a busy machine, two are not.
        if (++silent >= 2) this.#answered(false)
      }
      await delay(this.state === 'starting' ? 100 : 500, undefined, {signal: ended}).catch(() => {})
    }
  }

  #answered(ready: boolean): void {
    if (ready && this.state !== 'ready' && this.#child) {
      this.state = 'ready'
      this.#readySince = Date.now()
      this.spec.onReady?.()
    } else if (!ready && this.state === 'ready') this.state = 'not-ready'
  }
}

/**
 * Gives the work a signal that aborts after `limitMs`, or with `ended`. A timer of our own: a timeout signal that only
 * `AbortSignal.any` refers to may be collected on Node 20 before it fires, and a frozen replica would be waited for.
 */
const withLimit = async <T>(
  limitMs: number,
  ended: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const limit = new AbortController()
  const abort = (): void => limit.abort()
  const timer = setTimeout(abort, limitMs)
  ended.addEventListener('abort', abort, {once: true})
  try {
    return await work(limit.signal)
  } finally {
    clearTimeout(timer)
    ended.removeEventListener('abort', abort)
  }
}
