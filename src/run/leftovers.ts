import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {EnvironmentError, messageOf} from '../errors.js'
import type {Target} from '../scenarios/target.js'
import type {Json} from '../system/json.js'
import {isRunning} from '../targets/same-process.js'
import {type JournalEntry, journalFolder, journalVersion} from './journal.js'

/** A run that ended without undoing everything, as its journal tells. */
export interface Leftover {
  path: string
  runId: string
  target: Target
  ownTarget: boolean
  /** Not taken back yet, oldest first. */
  changes: {id: string; fault: string; inverse: Json}[]
}

/** Lines that are whole; a torn last one was never acted upon. */
const entriesOf = (text: string): JournalEntry[] =>
  text.split('\n').flatMap((line): JournalEntry[] => {
    try {
      // Written by us; the version is checked by the caller.
      return [JSON.parse(line) as JournalEntry]
    } catch {
      return []
    }
  })

/** Reads a journal; undefined when its run still goes on or had not begun. Throws EnvironmentError for one of the future. */
export const readLeftover = async (path: string): Promise<Leftover | undefined> => {
  const [opened, ...entries] = entriesOf(await readFile(path, 'utf8'))
  if (opened?.entry !== 'opened') return undefined
  if (opened.journalVersion > journalVersion) {
    throw new EnvironmentError(`The journal ${path} was written by a newer version`, {
      hint: 'Restore with that version: nothing was touched.',
    })
  }
  if (isRunning(opened.owner)) return undefined
  const undone = new Set(entries.flatMap((entry) => (entry.entry === 'undone' ? [entry.id] : [])))
  const changes = entries.flatMap((entry) =>
    entry.entry === 'intent' && !undone.has(entry.id) ? [entry] : [],
  )
  const {runId, target, ownTarget} = opened
  return {path, runId, target, ownTarget, changes}
}

/** Every run in the state directory that left something; also those whose journal only has to go. */
export const findLeftovers = async (stateDirectory: string): Promise<Leftover[]> => {
  const folder = journalFolder(stateDirectory)
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw new EnvironmentError(`The journals in ${folder} cannot be read: ${messageOf(cause)}`, {cause})
  }
  const journals = names.filter((name) => name.endsWith('.jsonl')).sort()
  const found = await Promise.all(journals.map((name) => readLeftover(join(folder, name))))
  return found.filter((leftover) => leftover !== undefined)
}
