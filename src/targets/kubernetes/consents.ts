import {randomUUID} from 'node:crypto'
import {readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {EnvironmentError, messageOf} from '../../errors.js'
import {makeDirectory} from '../../system/make-directory.js'

const consent = z.object({context: z.string(), server: z.string(), namespace: z.string()})

/** A place where things may be broken: somebody said so. */
export type Consent = z.output<typeof consent>

const pathIn = (stateDirectory: string): string => join(stateDirectory, 'kubernetes-consents.json')

/** What was consented to so far; nothing when it cannot be read, so that it must be said anew. */
const readConsents = async (stateDirectory: string): Promise<Consent[]> => {
  try {
    return z.array(consent).parse(JSON.parse(await readFile(pathIn(stateDirectory), 'utf8')))
  } catch {
    return []
  }
}

const isSame = (one: Consent, other: Consent): boolean =>
  one.context === other.context && one.server === other.server && one.namespace === other.namespace

/** Whether somebody said before that things may be broken there: at that very address, not only under that name. */
export const isConsented = async (stateDirectory: string, asked: Consent): Promise<boolean> =>
  (await readConsents(stateDirectory)).some((one) => isSame(one, asked))

/** Remembers it for later runs. Throws EnvironmentError when the state directory cannot be written. */
export const rememberConsent = async (stateDirectory: string, asked: Consent): Promise<void> => {
  const before = await readConsents(stateDirectory)
  if (before.some((one) => isSame(one, asked))) return
  const path = pathIn(stateDirectory)
  const draft = `${path}.${randomUUID()}`
  try {
    await makeDirectory(stateDirectory)
    await writeFile(draft, `${JSON.stringify([...before, asked], null, 2)}\n`, {mode: 0o600})
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, {force: true}).catch(() => {})
    throw new EnvironmentError(`${path} cannot be written: ${messageOf(cause)}`, {cause})
  }
}
