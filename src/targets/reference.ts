import {closeSync, openSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {assertToxiproxyUrl} from '../clients/toxiproxy.js'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import type {ReplicaCounts} from '../scenarios/replica-flags.js'
import type {Target} from '../scenarios/target.js'
import {systemClock} from '../system/clock.js'
import {makeDirectory} from '../system/make-directory.js'
import {stateDirectory} from '../system/state-directory.js'
import {askControl} from './control.js'
import {isRunning, type NotedProcess} from './same-process.js'
import {
  endSupervisor,
  type SupervisorStart,
  spawnSupervisor,
  untilSupervisorReady,
} from './supervisor-process.js'

/** What the reference deployment is started with. */
export interface ReferenceOptions
  extends Pick<SupervisorStart, 'toxiproxyUrl' | 'seed' | 'replicas' | 'controlPort' | 'serviceEntry'> {
  signal?: AbortSignal
}

/** A reference deployment of our own, gone with us. */
export interface StartedReference {
  target: Target
  /** Ends it and waits until it has gone, at most 8 s; may be called twice. */
  stop(): Promise<void>
}

/** `reference.json`, which the supervisor of a deployment that is up writes. */
interface UpFile {
  supervisor: NotedProcess
  controlUrl?: string
}

const endLimitMs = 8000

/** Starts a reference deployment that ends with us; throws EnvironmentError when a part of it does not come up. */
export const startReference = async ({signal, ...options}: ReferenceOptions): Promise<StartedReference> => {
  signal?.throwIfAborted()
  if (options.toxiproxyUrl) assertToxiproxyUrl(options.toxiproxyUrl)
  const supervisor = spawnSupervisor({...options, owned: true})
  try {
    const target = await untilSupervisorReady(supervisor, signal)
    return {target, stop: () => endSupervisor(supervisor, endLimitMs)}
  } catch (cause) {
    await endSupervisor(supervisor, endLimitMs)
    throw cause
  }
}

/**
 * Starts a reference deployment that stays up when we have gone; throws EnvironmentError when one is up already, and
 * UserError for replicas that it cannot run in.
 */
export const upReference = async ({signal, ...options}: ReferenceOptions): Promise<Target> => {
  signal?.throwIfAborted()
  if (options.toxiproxyUrl) assertToxiproxyUrl(options.toxiproxyUrl)
  await referenceTopology(options.replicas)
  const logDirectory = join(stateDirectory(), 'reference-logs')
  const logFile = join(logDirectory, 'supervisor.log')
  await makeDirectory(logDirectory).catch((cause: unknown) => {
    throw new EnvironmentError(`The state directory cannot be written: ${messageOf(cause)}`, {
      hint: 'Name another one: SHAKEDOWN_STATE=FOLDER.',
      cause,
    })
  })
  const output = openSync(logFile, 'a', 0o600)
  const supervisor = spawnSupervisor({...options, owned: false, logDirectory, output})
  closeSync(output)
  try {
    const target = await untilSupervisorReady(supervisor, signal)
    supervisor.stdout?.destroy()
    supervisor.unref()
    return target
  } catch (cause) {
    await endSupervisor(supervisor, endLimitMs)
    if (!(cause instanceof EnvironmentError)) throw cause
    throw new EnvironmentError(cause.message, {
      hint: `${cause.hint ?? ''}\nIts log: ${logFile}`.trim(),
      cause,
    })
  }
}

const readUpFile = async (): Promise<UpFile | undefined> => {
  const path = join(stateDirectory(), 'reference.json')
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new EnvironmentError(`Cannot read ${path}: ${messageOf(cause)}`, {
      hint: 'That is the state directory: shakedown doctor tries it, SHAKEDOWN_STATE=FOLDER names another.',
      cause,
    })
  }
}

/** The deployment that is up, or nothing; throws EnvironmentError when there is one that does not answer. */
export const findReference = async (): Promise<Target | undefined> => {
  const file = await readUpFile()
  if (!file?.controlUrl || !isRunning(file.supervisor)) return undefined
  // Both sides come from one build.
  return (await askControl(file.controlUrl, '/target')) as Target
}

/** Ends the deployment that is up and waits until it has gone; says whether there was one. */
export const stopReference = async (signal?: AbortSignal): Promise<boolean> => {
  const file = await readUpFile()
  if (!file || !isRunning(file.supervisor)) return false
  const {pid} = file.supervisor
  // One that is still starting, or does not answer, is told by a signal.
  const stop = file.controlUrl
    ? askControl(file.controlUrl, '/stop', {method: 'POST', signal})
    : Promise.reject()
  await stop.catch(() => process.kill(pid, 'SIGTERM'))
  for (let waitedMs = 0; isRunning(file.supervisor); waitedMs += 50) {
    if (waitedMs >= endLimitMs)
      throw new EnvironmentError(`The reference deployment (process ${pid}) does not end`, {
        hint: `Kill it with kill -9 ${pid}: its guardian ends everything else.`,
      })
    await systemClock.sleep(50, signal)
  }
  return true
}

/**
 * The reference deployment as a target before it is started: everything but the ports, which are 0. Throws UserError for
 * replicas that it cannot run in.
 */
export const referenceTopology = async (replicas: ReplicaCounts = {}): Promise<Target> => {
  const installed = Promise.all([
    import('shakedown-reference/topology'),
    import('shakedown-reference/replicas'),
  ])
  const [{describeTopology}, {countsWith}] = await installed.catch((cause: unknown) => {
    throw new EnvironmentError('The reference deployment is not installed', {
      hint: 'Install it next to Shakedown: npm install shakedown-reference.',
      cause,
    })
  })
  try {
    return describeTopology(countsWith(replicas))
  } catch (cause) {
    const hint = cause instanceof Error && 'hint' in cause ? {hint: String(cause.hint)} : {}
    throw new UserError(messageOf(cause), {...hint, cause})
  }
}

/** Says what the reference deployment would run on; throws EnvironmentError when a part of it is not installed. */
export const checkReference = async (): Promise<string> => {
  await referenceTopology()
  const {describePostgres} = await import('shakedown-reference/postgres')
  try {
    return await describePostgres()
  } catch (cause) {
    throw new EnvironmentError(messageOf(cause), {
      hint: 'Install the optional dependencies of shakedown-reference: npm install --include=optional.',
      cause,
    })
  }
}
