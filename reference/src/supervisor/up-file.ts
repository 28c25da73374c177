import {link, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {identify, isAlive, type ProcessIdentity} from '../guardian/process-identity.js'
import {StartError} from '../start-error.js'

/** `reference.json`: says that a deployment is up on its own, and where its control API is once it is ready. */
export interface UpFile {
  supervisor: ProcessIdentity
  controlUrl?: string
}

const pathIn = (stateDir: string): string => join(stateDir, 'reference.json')

const read = async (path: string): Promise<UpFile | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

const writeAside = async (stateDir: string, content: UpFile): Promise<string> => {
  const aside = `${pathIn(stateDir)}.${process.pid}`
  try {
    await mkdir(stateDir, {recursive: true})
    await writeFile(aside, JSON.stringify(content), {mode: 0o600})
    return aside
  } catch (cause) {
    throw new StartError(`Cannot write in ${stateDir}: ${String(cause)}`, {
      hint: 'SHAKEDOWN_STATE names another directory.',
      cause,
    })
  }
}

/** Links a file that is already whole: who loses the race for the name never sees half of it. */
const create = async (aside: string, path: string): Promise<boolean> =>
  link(aside, path).then(
    () => true,
    (cause) => {
      if (cause.code === 'EEXIST') return false
      throw cause
    },
  )

/** Makes this the one deployment that is up; throws when there is another, replaces one that died. */
export const claimUp = async (stateDir: string): Promise<void> => {
  const path = pathIn(stateDir)
  const aside = await writeAside(stateDir, {supervisor: identify(process.pid)})
  try {
    for (let tries = 0; tries < 3; tries++) {
      if (await create(aside, path)) return
      const other = await read(path)
      if (other && isAlive(other.supervisor))
        throw new StartError(`The reference deployment is already up (process ${other.supervisor.pid})`, {
          hint: 'Stop it first with shakedown down.',
        })
      await rm(path, {force: true})
    }
    throw new StartError(`Another start is going on: ${path} keeps changing`)
  } finally {
    await rm(aside, {force: true})
  }
}

/** Writes where the control API is, at once or not at all. */
export const publishUp = async (stateDir: string, controlUrl: string): Promise<void> => {
  await rename(await writeAside(stateDir, {supervisor: identify(process.pid), controlUrl}), pathIn(stateDir))
}

/** Says that nothing is up any more; leaves the file of another alone. */
export const retractUp = async (stateDir: string): Promise<void> => {
  const file = await read(pathIn(stateDir))
  if (file?.supervisor.pid === process.pid) await rm(pathIn(stateDir), {force: true})
}
