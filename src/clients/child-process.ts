import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {EnvironmentError, messageOf} from '../errors.js'

/** How a program is started. */
export interface ProgramStart {
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
}

/** What a program that has ended left. `code` is null when a signal ended it. */
export interface ProgramEnd {
  code: number | null
  signal: NodeJS.Signals | null
}

/** What a short program said, each stream cut at its limit. */
export interface ProgramAnswer extends ProgramEnd {
  stdout: string
  stderr: string
}

/** No answer of a program that is only asked something is longer. */
const mostText = 4_000_000

const reasons: Record<string, string> = {
  ENOENT: 'there is no such program',
  EACCES: 'it may not be executed',
  ENOEXEC: 'it is no program for this machine',
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches us alone. Resolves when it runs; throws
 * EnvironmentError when it cannot be started.
 */
export const startProgram = async (path: string, {args, env}: ProgramStart): Promise<ChildProcess> => {
  const child = spawn(path, args, {env: {...env}, stdio: ['ignore', 'pipe', 'pipe'], detached: true})
  try {
    await once(child, 'spawn')
    return child
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    throw new EnvironmentError(`${path} cannot be started: ${reasons[code] ?? messageOf(cause)}`, {cause})
  }
}

/** Resolves when it has ended and all that it said was read. */
export const programEnd = (child: ChildProcess): Promise<ProgramEnd> =>
  new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({code, signal}))
  })

/** Runs a short program to its end. Throws EnvironmentError when it takes longer than `limitMs`, or the signal's reason. */
export const askProgram = async (
  path: string,
  start: ProgramStart,
  {limitMs, signal}: {limitMs: number; signal: AbortSignal},
): Promise<ProgramAnswer> => {
  signal.throwIfAborted()
  const child = await startProgram(path, start)
  const said = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      if (said[name].length < mostText) said[name] += text
    })
  const kill = (): void => void child.kill('SIGKILL')
  let late = false
  const timer = setTimeout(() => {
    late = true
    kill()
  }, limitMs)
  signal.addEventListener('abort', kill, {once: true})
  try {
    const end = await programEnd(child)
    signal.throwIfAborted()
    if (late)
      throw new EnvironmentError(`${path} ${start.args[0] ?? ''} did not end within ${limitMs / 1000} s`)
    return {...end, ...said}
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
  }
}
