import {Command} from '@oclif/core/command'
import type {Input, ParserOutput} from '@oclif/core/interfaces'
import {assertValues} from './assert-values.js'
import {Interrupted} from './errors.js'
import {exitCodes} from './exit-codes.js'
import {failureOf, tellFailure} from './failure.js'

type Values = Record<string, unknown>

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What all commands share: `--json`, one abort signal for Ctrl-C and SIGTERM, and the way from an error to an exit code. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true

  readonly #abort = new AbortController()

  /** Aborts, with an Interrupted, at the first SIGINT, SIGTERM or SIGHUP. */
  protected get signal(): AbortSignal {
    return this.#abort.signal
  }

  protected override async parse<F extends Values, B extends Values, A extends Values>(
    options?: Input<F, B, A>,
    argv?: string[],
  ): Promise<ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv)
    assertValues(parsed.flags, parsed.argv)
    return parsed
  }

  override async init(): Promise<void> {
    await super.init()
    for (const name of stopSignals) process.on(name, this.#onSignal)
    // oclif's own listener throws, and so ends a run in its middle.
    process.stdout.removeAllListeners('error').on('error', onLostOutput)
    // Progress that nobody can see ends no run: its faults would be left to the watchdog.
    process.stderr.on('error', () => {})
  }

  override async finally(error: Error | undefined): Promise<void> {
    for (const name of stopSignals) process.off(name, this.#onSignal)
    await super.finally(error)
  }

  /** Never rethrows: oclif would turn what it does not know into exit 1, which says "an objective was missed". */
  override async catch(error: Error): Promise<void> {
    const command = (this.id ?? '').replaceAll(':', ' ')
    const flags = Object.keys({...this.ctor.baseFlags, ...this.ctor.flags})
    tellFailure(failureOf(error, {command, flags}), this.jsonEnabled())
  }

  readonly #onSignal = (name: NodeJS.Signals): void => {
    // A second signal changes nothing: leaving in the middle of an undo is what this tool exists to prevent,
    // and every undo has its own time limit.
    if (this.#abort.signal.aborted) process.stderr.write('Already stopping: undoing what was changed.\n')
    else this.#abort.abort(new Interrupted(name))
  }
}

/** A reader that goes away (`| head`) is no error of ours; an answer that could not be written is no success. */
const onLostOutput = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') return
  process.stderr.write(
    `Error: Standard output cannot be written: ${error.message}\nMake room, or send the output somewhere else.\n`,
  )
  // Said at the very end: the command itself goes on, and says how it went.
  process.once('exit', () => {
    if (!process.exitCode) process.exitCode = exitCodes.error
  })
}
