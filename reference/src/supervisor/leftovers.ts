import {writeFileSync} from 'node:fs'
import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {identify, isAlive, type ProcessIdentity, signalProcess} from '../guardian/process-identity.js'

const prefix = 'shakedown-reference-'
const ownerFile = 'owner.json'
const noteSuffix = '.process.json'

/** A temporary directory of this deployment; says whose it is, so that what is left after a crash can be told. */
export const createWorkDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), prefix))
  // `nobody`, who runs the databases under root, must be able to pass through.
  await chmod(directory, 0o711)
  await writeFile(join(directory, ownerFile), JSON.stringify(identify(process.pid)))
  return directory
}

/** Notes that a process belongs to the deployment in that directory; a later one of the same name replaces it. */
export const noteProcess = (directory: string, name: string, pid: number): void => {
  try {
    writeFileSync(join(directory, `${name}${noteSuffix}`), JSON.stringify(identify(pid)))
  } catch {
    // A full disk: the guardian knows the process too.
  }
}

const notedProcesses = async (directory: string): Promise<ProcessIdentity[]> => {
  const notes = (await readdir(directory)).filter((name) => name.endsWith(noteSuffix))
  const read = async (note: string): Promise<ProcessIdentity[]> => {
    const identity: ProcessIdentity = JSON.parse(await readFile(join(directory, note), 'utf8'))
    // Without a start time the pid may be anybody's by now.
    return identity.startTime === undefined ? [] : [identity]
  }
  const all = await Promise.all(notes.map((note) => read(note).catch(() => [])))
  return all.flat()
}

const isAbandoned = async (directory: string): Promise<boolean> => {
  if ((await stat(directory)).uid !== process.getuid?.()) return false
  const owner: ProcessIdentity = JSON.parse(await readFile(join(directory, ownerFile), 'utf8'))
  return !isAlive(owner)
}

/**
 * Ends processes and removes directories of deployments whose supervisor and guardian were both killed. Databases do
 * not notice when their parent is gone, frozen services cannot.
 */
export const reapLeftovers = async (): Promise<void> => {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix))
  for (const directory of names.map((name) => join(tmpdir(), name))) {
    // Just being made, or being removed: not ours to judge.
    if (!(await isAbandoned(directory).catch(() => false))) continue
    const left = await notedProcesses(directory).catch(() => [])
    // A database gives its shared memory back at SIGQUIT; any other ends at it.
    for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
      for (const process of left) signalProcess(process, signal)
      if (left.some(isAlive)) await delay(200)
    }
    await rm(directory, {recursive: true, force: true, maxRetries: 5, retryDelay: 50}).catch(() => {})
  }
}
