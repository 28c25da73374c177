import {mkdirSync, writeFileSync} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'
import type {JournalEntry} from '../../src/run/undo/journal.js'
import {journalFolder, journalVersion} from '../../src/run/undo/journal.js'
import type {Owner} from '../../src/run/undo/owner.js'
import {emptyTarget} from './run-world.js'

/** A process of this machine that is no more: no process has had this id and started at this time. */
export const deadOwner: Owner = {pid: 2 ** 22 - 3, startTime: '1', host: hostname()}

export const openedBy = (owner: Owner, runId = 'run-1'): JournalEntry => ({
  entry: 'opened',
  journalVersion,
  runId,
  owner,
  ownTarget: false,
  target: emptyTarget,
  atMs: 1_000,
})

export const intent = (id: string, fault = 'writes'): JournalEntry => ({
  entry: 'intent',
  id,
  fault,
  inverse: {id},
  atMs: 2_000,
})

/** Entries as the journal's file has them. */
export const textOf = (entries: JournalEntry[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')

/** Puts a journal where a run would have left it; returns its path. */
export const leaveJournal = (stateDirectory: string, runId: string, text: string): string => {
  mkdirSync(journalFolder(stateDirectory), {recursive: true})
  const path = join(journalFolder(stateDirectory), `${runId}.jsonl`)
  writeFileSync(path, text)
  return path
}
