import {readdirSync, readFileSync} from 'node:fs'
import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {identify, isAlive, type ProcessIdentity, signalProcess} from '../guardian/process-identity.js'

const prefix = 'shakedown-reference-'
const ownerFile = 'owner.json'

/** A temporary directory of this deployment; says whose it is, so that what is left after a crash can be told. */
export const createWorkDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), prefix))
  // `nobody`, who runs the databases under root, must be able to pass through.
  await chmod(directory, 0o711)
  await writeFile(join(directory, ownerFile), JSON.stringify(identify(process.pid)))
  return directory
}

/** A server that still runs in that data directory, by its pid file; checked, for the pid may be another's by now. */
const serverIn = (directory: string, entry: string): ProcessIdentity | undefined => {
  try {
    const pid = Number(readFileSync(join(directory, entry, 'postmaster.pid'), 'utf8').split('\n')[0])
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return command.includes(join(directory, entry)) ? identify(pid) : undefined
  } catch {
    return undefined
  }
}

const isAbandoned = async (directory: string): Promise<boolean> => {
  if ((await stat(directory)).uid !== process.getuid?.()) return false
  const owner: ProcessIdentity = JSON.parse(await readFile(join(directory, ownerFile), 'utf8'))
  return !isAlive(owner)
}

/**
 * Ends databases and removes directories of deployments whose supervisor and guardian were both killed: PostgreSQL
 * is the only part that does not notice when its parent is gone.
 */
export const reapLeftovers = async (): Promise<void> => {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix))
  for (const directory of names.map((name) => join(tmpdir(), name))) {
    // Just being made, or being removed: not ours to judge.
    if (!(await isAbandoned(directory).catch(() => false))) continue
    for (const entry of readdirSync(directory)) {
      const server = serverIn(directory, entry)
      if (server) signalProcess(server, 'SIGQUIT')
    }
    await rm(directory, {recursive: true, force: true, maxRetries: 5, retryDelay: 50}).catch(() => {})
  }
}
