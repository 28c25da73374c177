import {type ChildProcess, spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import type {GuardianMessage} from '../guardian/messages.js'
import {identify} from '../guardian/process-identity.js'

const guardianEntry = fileURLToPath(new URL('../guardian/main.js', import.meta.url))

/** Keeps a guardian running and told: a new one, after the old one died, hears everything again. */
export class GuardianLink {
  readonly #processes = new Map<number, GuardianMessage>()
  readonly #others: GuardianMessage[] = []
  #guardian: ChildProcess | undefined
  #dismissed = false

  constructor() {
    this.#start()
  }

  get pid(): number {
    return this.#guardian?.pid ?? 0
  }

  /** `firstSignal` is sent half a second before SIGKILL. */
  processStarted(pid: number, firstSignal?: NodeJS.Signals): void {
    const process = {...identify(pid), ...(firstSignal ? {firstSignal} : {})}
    this.#processes.set(pid, {kind: 'process', process})
    this.#send({kind: 'process', process})
  }

  processEnded(pid: number): void {
    this.#processes.delete(pid)
    this.#send({kind: 'ended', pid})
  }

  /** A directory that goes with the supervisor, or proxies lent by somebody else's server. */
  guard(what: Extract<GuardianMessage, {kind: 'directory' | 'proxies'}>): void {
    this.#others.push(what)
    this.#send(what)
  }

  /** All has been cleaned up: the guardian may go without doing anything. */
  dismiss(): void {
    this.#dismissed = true
    this.#send({kind: 'dismiss'})
    this.#guardian?.stdin?.end()
    this.#guardian?.unref()
  }

  #start(): void {
    // Its own process group: what kills the supervisor's group must not kill the one who cleans up.
    const guardian = spawn(process.execPath, [guardianEntry], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    this.#guardian = guardian
    const restart = (): void => {
      if (this.#dismissed || this.#guardian !== guardian) return
      this.#guardian = undefined
      setTimeout(() => this.#dismissed || this.#start(), 100)
    }
    // A guardian that is dying cannot be told; its successor hears everything.
    guardian.stdin.on('error', () => {})
    guardian.once('error', restart).once('exit', restart)
    for (const message of [...this.#others, ...this.#processes.values()]) this.#send(message)
  }

  #send(message: GuardianMessage): void {
    this.#guardian?.stdin?.write(`${JSON.stringify(message)}\n`)
  }
}
