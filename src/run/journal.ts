import {mkdirSync} from 'node:fs'
import {type FileHandle, open, unlink} from 'node:fs/promises'
import {join} from 'node:path'
import {EnvironmentError, messageOf} from '../errors.js'
import type {Target} from '../scenarios/target.js'
import type {Json} from '../system/json.js'
import {type NotedProcess, noteProcess} from '../targets/same-process.js'

/** One line of the journal. Data, never code: another process must be able to undo from it. */
export type JournalEntry =
  | {
      entry: 'opened'
      journalVersion: number
      runId: string
      /** Who changes the target; while it runs, nobody else undoes. */
      owner: NotedProcess
      /** The target ends with the run: with it everything that was changed in it. */
      ownTarget: boolean
      target: Target
    }
  | {entry: 'intent'; id: string; fault: string; inverse: Json}
  | {entry: 'undone'; id: string}
  | {entry: 'closed'}

/** Readers accept every version up to theirs. */
export const journalVersion = 1

/** Where the journals of all runs are: found from any folder. */
export const journalFolder = (stateDirectory: string): string => join(stateDirectory, 'journal')

/** What was changed and how to change it back, on disk before the change is made. */
export interface Journal {
  readonly path: string
  /** Resolves when the entry has reached the disk. */
  append(entry: JournalEntry): Promise<void>
  /** Everything is undone: the journal has done its work and goes. With `keep` it stays for a later restore. */
  close(keep: boolean): Promise<void>
}

const journalError = (path: string, cause: unknown): EnvironmentError =>
  new EnvironmentError(`The journal ${path} cannot be written: ${messageOf(cause)}`, {
    hint: 'Nothing is injected without a journal. Choose another state directory with SHAKEDOWN_STATE.',
    cause,
  })

const openFile = async (path: string): Promise<FileHandle> => {
  try {
    mkdirSync(join(path, '..'), {recursive: true, mode: 0o700})
    return await open(path, 'ax', 0o600)
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
): Promise<Journal> => {
  const path = join(journalFolder(stateDirectory), `${runId}.jsonl`)
  const file = await openFile(path)
  const append = async (entry: JournalEntry): Promise<void> => {
    try {
      await file.appendFile(`${JSON.stringify(entry)}\n`)
      await file.sync()
    } catch (cause) {
      throw journalError(path, cause)
    }
  }
  await append({entry: 'opened', journalVersion, runId, owner: noteProcess(process.pid), ownTarget, target})
  return {
    path,
    append,
    close: async (keep) => {
      if (!keep) await append({entry: 'closed'})
      await file.close()
      if (!keep) await unlink(path)
    },
  }
}
