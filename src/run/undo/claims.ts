import {randomBytes, randomInt} from 'node:crypto'
import {readdir, readFile, rename, unlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {EnvironmentError, messageOf} from '../../errors.js'
import {systemClock} from '../../system/clock.js'
import {makeDirectory} from '../../system/make-directory.js'
import {type Owner, thisOwner, whereabouts} from './owner.js'

/** What somebody has for themselves: a target, or the journal of a run that is being restored. */
export interface Claim {
  runId: string
  owner: Owner
  /** Epoch ms. */
  sinceMs: number
  keys: string[]
}

/** A claim that was granted, or the one that stands in its way. */
export type Claimed = {kind: 'held'; release(): Promise<void>} | {kind: 'taken'; by: Claim; path: string}

const folderOf = (stateDirectory: string): string => join(stateDirectory, 'claims')

/** Two who ask at the same moment both step back; whoever still finds a claim after so many tries found a holder. */
const tries = 12

/**
 * Claims the keys for this process until it releases them, or ends. Every claim is a file of its own that only its owner
 * writes, so none is ever taken over: those of dead processes are swept away. Throws EnvironmentError when the state
 * directory cannot be written.
 *
 *   write my claim ──▶ then look ──▶ a living one with a key of mine? ── no ──▶ held
 *    ▲ chance decides who is first ◀── take mine back ◀── yes
 */
export const claimKeys = async (stateDirectory: string, runId: string, keys: string[]): Promise<Claimed> => {
  const folder = folderOf(stateDirectory)
  for (let left = tries; ; left--) {
    const path = await write(folder, {runId, owner: thisOwner(), sinceMs: systemClock.now(), keys})
    const rival = await findRival(folder, path, keys)
    if (!rival) return {kind: 'held', release: () => remove(path)}
    await remove(path)
    if (left === 0) return {kind: 'taken', ...rival}
    await sleep(randomInt(5, 40))
  }
}

const write = async (folder: string, claim: Claim): Promise<string> => {
  const path = join(folder, `${process.pid}-${randomBytes(6).toString('hex')}.json`)
  try {
    await makeDirectory(folder)
    await writeFile(`${path}.new`, JSON.stringify(claim), {mode: 0o600})
    // Under its name it is whole from the first moment.
    await rename(`${path}.new`, path)
    return path
  } catch (cause) {
    await unlink(`${path}.new`).catch(() => {})
    throw new EnvironmentError(`The state directory cannot be written: ${messageOf(cause)}`, {
      hint: 'Nothing is changed without a note on disk of how to change it back. Make room, or choose another directory with SHAKEDOWN_STATE.',
      cause,
    })
  }
}

const remove = async (path: string): Promise<void> => {
  await unlink(path).catch(() => {})
}

/** Undefined when it has just gone, or is no claim. */
const read = async (path: string): Promise<Claim | undefined> => {
  try {
    // Only we write into this folder, and whole.
    return JSON.parse(await readFile(path, 'utf8')) as Claim
  } catch {
    return undefined
  }
}

const findRival = async (
  folder: string,
  own: string,
  keys: string[],
): Promise<{by: Claim; path: string} | undefined> => {
  for (const name of (await readdir(folder)).filter((entry) => entry.endsWith('.json'))) {
    const path = join(folder, name)
    const claim = path === own ? undefined : await read(path)
    if (!claim) continue
    if (whereabouts(claim.owner) === 'gone') await remove(path)
    else if (claim.keys.some((key) => keys.includes(key))) return {by: claim, path}
  }
  return undefined
}
