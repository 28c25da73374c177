import {type FileHandle, open} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {ProxyState} from '../../clients/toxiproxy.js'
import {EnvironmentError, messageOf} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import {systemClock} from '../../system/clock.js'
import type {Json} from '../../system/json.js'
import {makeDirectory} from '../../system/make-directory.js'
import {leanTarget} from '../lean-target.js'
import {retireJournal} from './journal-history.js'
import {type Owner, thisOwner} from './owner.js'
import type {Residual} from './undo-stack.js'

/** Who took something back. */
export type UndoneBy = 'run' | 'watchdog' | 'restore'

/** One line of the journal. Data, never code: another process must be able to undo from it. Times are epoch ms. */
export type JournalEntry =
  | {
      entry: 'opened'
      journalVersion: number
      runId: string
      /** Who changes the target; while it runs, nobody else undoes. */
      owner: Owner
      /** The target ends with the run: with it everything that was changed in it. */
      ownTarget: boolean
      target: Target
      atMs?: number
      /** The state before: the target's proxies as the run found them. */
      found?: ProxyState[]
    }
  | {entry: 'intent'; id: string; fault: string; inverse: Json; atMs?: number}
  | {entry: 'undone'; id: string; by?: UndoneBy; atMs?: number}
  /** Somebody tried, and this stayed. */
  | {entry: 'residual'; by: UndoneBy; residual: Residual[]; atMs: number}
  | {entry: 'note'; message: string; atMs: number}
  | {entry: 'closed'; by?: UndoneBy; atMs?: number}

/** Readers accept every version up to theirs. */
export const journalVersion = 1

/** Where the journals of all runs are: found from any folder. */
export const journalFolder = (stateDirectory: string): string => join(stateDirectory, 'journal')

/** What was changed and how to change it back, on disk before the change is made. */
export interface Journal {
  readonly path: string
  /** Resolves when the entry has reached the disk; a line that did not is taken back whole. */
  append(entry: JournalEntry): Promise<void>
  /** Everything is undone: it moves to the history. With `keep` it stays for a later restore. */
  close(keep: boolean): Promise<void>
}

const journalError = (path: string, cause: unknown): EnvironmentError =>
  new EnvironmentError(`The journal ${path} cannot be written: ${messageOf(cause)}`, {
    hint: 'Nothing is injected without a journal. Make room, or choose another state directory with SHAKEDOWN_STATE.',
    cause,
  })

/** A new name must reach the disk, too: it is part of the folder, not of the file. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const create = async (path: string): Promise<FileHandle> => {
  try {
    const folder = dirname(path)
    await makeDirectory(folder)
    const file = await open(path, 'ax', 0o600)
    await syncFolder(folder)
    await syncFolder(dirname(folder))
    return file
  } catch (cause) {
    throw journalError(path, cause)
  }
}

/** Opens the journal of a run in `<stateDirectory>/journal/`. Throws EnvironmentError when it cannot be written. */
export const openJournal = async (
  stateDirectory: string,
  runId: string,
  target: Target,
  ownTarget: boolean,
  found: ProxyState[] = [],
): Promise<Journal> => {
  const path = join(journalFolder(stateDirectory), `${runId}.jsonl`)
  const journal = writeTo(path, await create(path), 0, 'run')
  const atMs = systemClock.now()
  const opened: JournalEntry = {
    entry: 'opened',
    journalVersion,
    runId,
    owner: thisOwner(),
    ownTarget,
    target: leanTarget(target),
    atMs,
    found,
  }
  await journal.append(opened).catch(async (cause: unknown) => {
    await journal.close(false).catch(() => {})
    throw cause
  })
  return journal
}

/** Goes on with a journal that another process left, of which `size` bytes are whole lines: what is torn is cut off. */
export const resumeJournal = async (path: string, size: number, by: UndoneBy): Promise<Journal> => {
  try {
    const file = await open(path, 'a')
    await file.truncate(size)
    return writeTo(path, file, size, by)
  } catch (cause) {
    throw journalError(path, cause)
  }
}

/** One line at a time, each on disk before the next: what fails leaves no half line for the next to run into. */
const writeTo = (path: string, file: FileHandle, written: number, by: UndoneBy): Journal => {
  let size = written
  let last: Promise<void> = Promise.resolve()
  const write = async (entry: JournalEntry): Promise<void> => {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`)
    try {
      await file.appendFile(line)
      await file.sync()
      size += line.length
    } catch (cause) {
      await file.truncate(size).catch(() => {})
      throw journalError(path, cause)
    }
  }
  const append = (entry: JournalEntry): Promise<void> => {
    const done = last.then(() => write(entry))
    last = done.catch(() => {})
    return done
  }
  return {
    path,
    append,
    close: async (keep) => {
      // On a full disk a journal that has done its work can still go.
      if (!keep) await append({entry: 'closed', by, atMs: systemClock.now()}).catch(() => {})
      await last
      await file.close()
      if (!keep) await retireJournal(path)
    },
  }
}
