import {stripVTControlCharacters} from 'node:util'
import {EnvironmentError, Interrupted, UserError} from './errors.js'
import {exitCodes} from './exit-codes.js'
import {orKnown} from './scenarios/suggest.js'

/** What is said and returned for an error. Only bugs show where they come from. */
interface Failure {
  exitCode: number
  message: string
  hint?: string | undefined
  stack?: string | undefined
}

/** The command that failed: how it is called, and the names of its flags. */
interface Called {
  command: string
  flags: readonly string[]
}

/** Tells it: as JSON on stdout for a script that asked for JSON, else on stderr. */
export const tellFailure = ({message, hint, stack, exitCode}: Failure, asJson: boolean): void => {
  process.exitCode = exitCode
  if (asJson) {
    const error = {message, ...(hint ? {hint} : {}), exitCode}
    process.stdout.write(`${JSON.stringify({error}, null, 2)}\n`)
    return
  }
  const lines = [`Error: ${message}`, hint, stack]
  process.stderr.write(`${lines.filter((line) => line !== undefined).join('\n')}\n`)
}

/** What an error of a command comes to. */
export const failureOf = (error: Error, called: Called): Failure => {
  const message = flagMessage(error.message)
  if (error instanceof UserError) return {exitCode: exitCodes.usage, message, hint: error.hint}
  if (error instanceof EnvironmentError) return {exitCode: exitCodes.error, message, hint: error.hint}
  if (error instanceof Interrupted) return {exitCode: exitCodes.interrupted, message}
  const exitCode = flagErrorExit(error)
  if (exitCode !== undefined) return {exitCode, ...flagFailure(error, message, called)}
  const hint = 'This is a bug in shakedown: please report it with the lines below.'
  return {exitCode: exitCodes.error, message, hint, stack: error.stack}
}

/** Flag errors of oclif carry their exit code here. */
const flagErrorExit = (error: Error): number | undefined =>
  'oclif' in error && typeof error.oclif === 'object' && error.oclif !== null && 'exit' in error.oclif
    ? Number(error.oclif.exit)
    : undefined

/** What the parser of flags says, and how we say it: what is wrong first, and nothing that is not so here. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\nSee more help with --help$/, ''],
  // True of flags that take all that follows; ours take one value each.
  [/\n\nNote: .*$/s, ''],
  [/^The following errors? occurred:\s+/, ''],
  [/^Parsing (--\S+) \n\t/, '$1: '],
  [/: Expected (.*) but received: /, ': expected $1, got '],
  [/^Missing \d+ required args?:\n(\S+) .*$/s, 'Missing: $1'],
  [/^Missing required flag (\S+)/, 'Missing: --$1'],
  [/^All of the following must be provided when using (--\S+): /, '$1 goes only with '],
]

const flagMessage = (message: string): string =>
  phrases.reduce((text, [pattern, words]) => text.replace(pattern, words), stripVTControlCharacters(message))

const flagFailure = (
  error: Error,
  message: string,
  {command, flags}: Called,
): Pick<Failure, 'message' | 'hint'> => {
  const hint = `shakedown ${command} --help shows what to write.`
  const unknown = 'flags' in error && Array.isArray(error.flags) ? error.flags.map(String) : []
  const [first] = unknown
  if (first === undefined) return {message, hint}
  const known = flags.map((name) => `--${name}`)
  return {message: `There is no flag ${first}${nearly(first, known)}`, hint}
}

/** Only a near miss is worth a word: the whole list is what --help shows. */
const nearly = (word: string, known: readonly string[]): string => {
  const said = orKnown(word, known)
  return said.startsWith(':') ? said : ''
}
