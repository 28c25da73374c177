import {Command} from '@oclif/core/command'
import {EnvironmentError, Interrupted, UserError} from './errors.js'
import {exitCodes} from './exit-codes.js'

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What is said and returned for an error. Only bugs show where they come from. */
interface Failure {
  exitCode: number
  message: string
  hint: string | undefined
  stack: string | undefined
}

/** Flag errors of oclif carry their exit code here. */
const flagErrorExit = (error: Error): number | undefined =>
  'oclif' in error && typeof error.oclif === 'object' && error.oclif !== null && 'exit' in error.oclif
    ? Number(error.oclif.exit)
    : undefined

const failureOf = (error: Error): Failure => {
  const {message} = error
  if (error instanceof UserError)
    return {exitCode: exitCodes.usage, message, hint: error.hint, stack: undefined}
  if (error instanceof EnvironmentError)
    return {exitCode: exitCodes.error, message, hint: error.hint, stack: undefined}
  if (error instanceof Interrupted) {
    return {exitCode: exitCodes.interrupted, message, hint: undefined, stack: undefined}
  }
  const exitCode = flagErrorExit(error)
  if (exitCode !== undefined) return {exitCode, message, hint: undefined, stack: undefined}
  const hint = 'This is a bug in shakedown: please report it with the lines below.'
  return {exitCode: exitCodes.error, message, hint, stack: error.stack}
}

/** What all commands share: `--json`, one abort signal for Ctrl-C and SIGTERM, and the way from an error to an exit code. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true

  readonly #abort = new AbortController()

  /** Aborts, with an Interrupted, at the first SIGINT, SIGTERM or SIGHUP. */
  protected get signal(): AbortSignal {
    return this.#abort.signal
  }

  override async init(): Promise<void> {
    await super.init()
    for (const name of stopSignals) process.on(name, this.#onSignal)
    // A reader that goes away (`| head`) is no error of ours.
    process.stdout.on('error', ignoreClosedPipe)
  }

  override async finally(error: Error | undefined): Promise<void> {
    for (const name of stopSignals) process.off(name, this.#onSignal)
    await super.finally(error)
  }

  /** Never rethrows: oclif would turn what it does not know into exit 1, which says "an objective was missed". */
  override async catch(error: Error): Promise<void> {
    const failure = failureOf(error)
    process.exitCode = failure.exitCode
    if (this.jsonEnabled()) {
      const {message, hint, exitCode} = failure
      this.logJson({error: {message, ...(hint ? {hint} : {}), exitCode}})
      return
    }
    const lines = [`Error: ${failure.message}`, failure.hint, failure.stack]
    process.stderr.write(`${lines.filter((line) => line !== undefined).join('\n')}\n`)
  }

  readonly #onSignal = (name: NodeJS.Signals): void => {
    // A second signal changes nothing: leaving in the middle of an undo is what this tool exists to prevent,
    // and every undo has its own time limit.
    if (this.#abort.signal.aborted) process.stderr.write('Already stopping: undoing what was changed.\n')
    else this.#abort.abort(new Interrupted(name))
  }
}

const ignoreClosedPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error
}
