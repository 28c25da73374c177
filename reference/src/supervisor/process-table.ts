import {mkdir} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {StartError} from '../start-error.js'
import type {GuardianLink} from './guardian-link.js'
import {KeptProcess, type ProcessSpec} from './kept-process.js'
import {noteProcess} from './leftovers.js'
import {openLog, type ProcessLog} from './process-log.js'

/** How a process of the deployment is run; the table adds its log and tells the guardian. */
export interface ProcessPlan extends Omit<ProcessSpec, 'start' | 'onStart' | 'onExit'> {
  start(output: number): ReturnType<ProcessSpec['start']>
  /** What the guardian sends before it kills. */
  guardianSignal?: NodeJS.Signals
}

/** A process that ends this often before it was ever ready will not get ready. */
const hopelessRestarts = 4

/** All processes of the deployment, each kept running, logged, and known to the guardian. */
export class ProcessTable {
  readonly #directory: string
  readonly #logDirectory: string
  readonly #guardian: GuardianLink
  readonly #processes = new Map<string, KeptProcess>()
  readonly #logs = new Map<string, ProcessLog>()

  constructor(directory: string, logDirectory: string, guardian: GuardianLink) {
    this.#directory = directory
    this.#logDirectory = logDirectory
    this.#guardian = guardian
  }

  async createLogDirectory(): Promise<void> {
    await mkdir(this.#logDirectory, {recursive: true}).catch((cause) => {
      throw new StartError(`Logs cannot be written to ${this.#logDirectory}: ${cause.message}`, {cause})
    })
  }

  all(): KeptProcess[] {
    return [...this.#processes.values()]
  }

  get(name: string): KeptProcess | undefined {
    return this.#processes.get(name)
  }

  /** Starts a process and keeps it running. */
  add({start, guardianSignal, ...plan}: ProcessPlan): KeptProcess {
    const log = openLog(this.#logDirectory, plan.name)
    const kept = new KeptProcess({
      ...plan,
      start: () => start(log.fd),
      onStart: (pid) => {
        this.#guardian.processStarted(pid, guardianSignal)
        noteProcess(this.#directory, plan.name, pid)
      },
      onExit: (pid) => this.#guardian.processEnded(pid),
    })
    this.#logs.set(plan.name, log)
    this.#processes.set(plan.name, kept)
    kept.start()
    return kept
  }

  /**
   * Resolves when all are ready. Throws StartError, naming who is not and what it last said, when for `limitMs` no
   * further one became ready: a busy machine is slow, not broken.
   */
  async untilReady(limitMs: number, signal: AbortSignal): Promise<void> {
    let fewest = Number.POSITIVE_INFINITY
    let deadline = 0
    for (;;) {
      signal.throwIfAborted()
      const waiting = this.all().filter(({state}) => state !== 'ready')
      if (waiting.length < fewest) {
        fewest = waiting.length
        deadline = performance.now() + limitMs
      }
      if (!waiting[0]) return
      const hopeless = waiting.find(({restarts}) => restarts >= hopelessRestarts)
      if (hopeless) throw this.#notReady(hopeless, `ended ${hopeless.restarts} times`)
      if (performance.now() > deadline)
        throw this.#notReady(waiting[0], `is not ready, and nothing became ready for ${limitMs / 1000} s`)
      await delay(20, undefined, {signal})
    }
  }

  /** Ends those whose names match, all at once; kills after `limitMs`. */
  async end(matches: (name: string) => boolean, limitMs: number): Promise<void> {
    await Promise.all(
      this.all()
        .filter(({spec}) => matches(spec.name))
        .map((kept) => kept.end(limitMs)),
    )
  }

  closeLogs(): void {
    for (const log of this.#logs.values()) log.close()
  }

  #notReady({spec}: KeptProcess, what: string): StartError {
    const log = this.#logs.get(spec.name)
    const others = this.all().filter((kept) => kept.state !== 'ready' && kept.spec.name !== spec.name)
    const also = others.length > 0 ? `; nor are ${others.map((kept) => kept.spec.name).join(', ')}` : ''
    const said = log?.lastLines(8).join('\n  ') ?? ''
    return new StartError(`${spec.name} of the reference deployment ${what}${also}`, {
      hint: said ? `It last said:\n  ${said}` : 'It said nothing.',
    })
  }
}
