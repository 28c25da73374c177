import {type ChildProcess, spawn} from 'node:child_process'
import {createRequire} from 'node:module'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {EnvironmentError, messageOf} from '../errors.js'
import type {ReplicaCounts} from '../scenarios/replica-flags.js'
import type {Target} from '../scenarios/target.js'
import {entryUrl} from '../system/entry.js'
import {stateDirectory} from '../system/state-directory.js'

/** What a supervisor is started with. */
export interface SupervisorStart {
  /** A Toxiproxy that runs already; ours when not given. */
  toxiproxyUrl?: string | undefined
  /** Every random choice of the services and the proxies derives from it. */
  seed: number
  /** How many replicas of some services run, in place of the usual number. */
  replicas?: ReplicaCounts | undefined
  /** Ends with us, or lives on. */
  owned: boolean
  /** Where each process's log goes; in the deployment's temporary directory when not given. */
  logDirectory?: string
  /** Descriptor of the supervisor's own log; what it says is kept for the error message when not given. */
  output?: number
  /** Port of the control API; a free one when not given. */
  controlPort?: number
  /** Another program in place of the services, for tests. */
  serviceEntry?: string
}

// The supervisor itself gives up, and says on whom, when nothing became ready for 20 s; this is for one that hangs.
const readyLimitMs = 120_000

const supervisorEntry = (): string => {
  try {
    return createRequire(import.meta.url).resolve('shakedown-reference/supervisor')
  } catch (cause) {
    throw new EnvironmentError('The reference deployment is not installed', {
      hint: 'Install it next to Shakedown: npm install shakedown-reference. A target of your own needs no such thing.',
      cause,
    })
  }
}

const optionsJson = (start: SupervisorStart): string => {
  const {toxiproxyUrl, seed, replicas, owned, logDirectory, controlPort, serviceEntry} = start
  const proxyEntry = fileURLToPath(entryUrl('toxiproxy/main.js'))
  return JSON.stringify({
    toxiproxy: toxiproxyUrl ? {url: toxiproxyUrl} : {command: [process.execPath, proxyEntry]},
    seed,
    owned,
    ...(replicas ? {replicas} : {}),
    stateDir: stateDirectory(),
    ...(logDirectory ? {logDir: logDirectory} : {}),
    ...(controlPort ? {controlPort} : {}),
    ...(serviceEntry ? {serviceEntry} : {}),
  })
}

/**
 * Starts a supervisor. It is detached in any case: Ctrl-C in the terminal must reach us alone, or the system would be
 * gone before its faults are undone. An owned one ends when its stdin closes, which our own end does.
 */
export const spawnSupervisor = (start: SupervisorStart): ChildProcess =>
  spawn(process.execPath, [supervisorEntry(), '--options', optionsJson(start)], {
    detached: true,
    stdio: [start.owned ? 'pipe' : 'ignore', 'pipe', start.output ?? 'pipe'],
  })

/** The first line that it prints, or nothing when it ends without one. */
const firstLine = async (supervisor: ChildProcess): Promise<string | undefined> => {
  if (!supervisor.stdout) return undefined
  for await (const line of createInterface({input: supervisor.stdout})) return line
  return undefined
}

const targetOf = (line: string | undefined, lastWords: () => string): Target => {
  if (line === undefined)
    throw new EnvironmentError('The supervisor of the reference deployment ended without an answer', {
      hint: lastWords() || 'It said nothing.',
    })
  // Both sides come from one build; this is the supervisor's whole vocabulary.
  const answer = JSON.parse(line) as {ready: Target} | {error: {message: string; hint?: string}}
  if ('ready' in answer) return answer.ready
  const {message, hint} = answer.error
  throw new EnvironmentError(message, hint === undefined ? {} : {hint})
}

const keepLastWords = (supervisor: ChildProcess): (() => string) => {
  let said = ''
  supervisor.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000)
  })
  return () => said.trim()
}

/** Waits for a supervisor's answer; throws EnvironmentError with its reason when it fails or says nothing in 120 s. */
export const untilSupervisorReady = async (
  supervisor: ChildProcess,
  signal?: AbortSignal,
): Promise<Target> => {
  const lastWords = keepLastWords(supervisor)
  const late = new EnvironmentError(`The reference deployment is not ready after ${readyLimitMs / 1000} s`)
  let giveUp = (): void => {}
  let limit: NodeJS.Timeout | undefined
  const given = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(signal?.reason)
    signal?.addEventListener('abort', giveUp, {once: true})
    limit = setTimeout(() => reject(late), readyLimitMs)
    supervisor.once('error', reject)
  })
  try {
    signal?.throwIfAborted()
    return targetOf(await Promise.race([firstLine(supervisor), given]), lastWords)
  } catch (cause) {
    if (cause === late) throw new EnvironmentError(late.message, {hint: lastWords()})
    if (signal?.aborted || cause instanceof EnvironmentError) throw cause
    throw new EnvironmentError(`The reference deployment failed: ${messageOf(cause)}`, {
      hint: lastWords(),
      cause,
    })
  } finally {
    clearTimeout(limit)
    signal?.removeEventListener('abort', giveUp)
  }
}

/** Resolves when the process has ended; kills it after `limitMs`, and its guardian cleans up after it. */
export const endSupervisor = async (supervisor: ChildProcess, limitMs: number): Promise<void> => {
  if (supervisor.pid === undefined || supervisor.exitCode !== null || supervisor.signalCode !== null) return
  const gone = new Promise<void>((resolve) => supervisor.once('exit', () => resolve()))
  supervisor.stdin?.end()
  if (!supervisor.stdin) supervisor.kill('SIGTERM')
  const tooLong = setTimeout(() => supervisor.kill('SIGKILL'), limitMs)
  await gone
  clearTimeout(tooLong)
}
