import {readdir, readFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import type {ProxyState} from '../../clients/toxiproxy.js'
import {EnvironmentError, messageOf} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import type {Json} from '../../system/json.js'
import {type JournalEntry, journalFolder, journalVersion} from './journal.js'
import {type Owner, whereabouts} from './owner.js'

/** A run that ended without undoing everything, as its journal tells. */
export interface Leftover {
  path: string
  runId: string
  owner: Owner
  /** Epoch ms; absent in the first journals. */
  openedMs?: number
  target: Target
  ownTarget: boolean
  found: ProxyState[]
  /** Not taken back yet, oldest first. */
  changes: {id: string; fault: string; inverse: Json; atMs?: number}[]
  /** Numbers of lines that are damaged: what they named may be left, too. */
  damaged: number[]
  /** Bytes of whole lines; what follows is torn and was never acted upon. */
  size: number
}

/**
 * What a journal says: work to do, a run that goes on (`elsewhere`: it may, on another machine), nothing that concerns us,
 * or it cannot be told.
 */
export type JournalState =
  | {kind: 'left'; leftover: Leftover}
  | {kind: 'running' | 'elsewhere'; leftover: Leftover}
  | {kind: 'nothing'; path: string}
  | {kind: 'unreadable'; path: string; runId: string; problem: string; remedy: string}

/** One line, or undefined when it is damaged. */
const parseLine = (line: string): JournalEntry | undefined => {
  try {
    // Written by us; the version is checked by the caller.
    return JSON.parse(line) as JournalEntry
  } catch {
    return undefined
  }
}

const gather = (
  path: string,
  opened: JournalEntry & {entry: 'opened'},
  lines: string[],
  size: number,
): Leftover => {
  const entries = lines.map(parseLine)
  // A proxy may be closed, opened, and closed again: the last word counts.
  const open = new Map<string, Leftover['changes'][number]>()
  for (const entry of entries) {
    if (entry?.entry === 'intent') open.set(entry.id, entry)
    if (entry?.entry === 'undone') open.delete(entry.id)
  }
  const {runId, owner, target, ownTarget, found = [], atMs} = opened
  return {
    path,
    runId,
    owner,
    target,
    ownTarget,
    found,
    ...(atMs === undefined ? {} : {openedMs: atMs}),
    changes: [...open.values()],
    damaged: entries.flatMap((entry, index) => (entry ? [] : [index + 1])),
    size,
  }
}

/** Reads what a journal's text says; pure but for asking whether its owner runs. */
const understand = (path: string, text: string): JournalState => {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  // Its first line was never finished: nothing was changed.
  if (whole === '') return {kind: 'nothing', path}
  const lines = whole.split('\n').slice(0, -1)
  const opened = parseLine(lines[0] ?? '')
  const unreadable = {kind: 'unreadable', path, runId: basename(path, '.jsonl')} as const
  if (opened?.entry !== 'opened') {
    const remedy = `look into ${path} for what the run changed, put it back by hand, then delete the file`
    return {...unreadable, problem: `the first line of ${path} is damaged`, remedy}
  }
  if (!(opened.journalVersion <= journalVersion)) {
    // The process was noted in this way from the first version on.
    if (whereabouts(opened.owner) === 'running') return {kind: 'nothing', path}
    const remedy = 'run `shakedown restore` of the version that wrote it'
    return {...unreadable, problem: `${path} was written by a newer version`, remedy}
  }
  const leftover = gather(path, opened, lines, Buffer.byteLength(whole))
  const where = whereabouts(opened.owner)
  return {kind: where === 'gone' ? 'left' : where, leftover}
}

/** Reads a journal; undefined when it is no longer there. */
export const readJournal = async (path: string): Promise<JournalState | undefined> => {
  try {
    return understand(path, await readFile(path, 'utf8'))
  } catch (cause) {
    if (isMissing(cause)) return undefined
    const remedy = `make ${path} readable, then: shakedown restore`
    const problem = `${path} cannot be read: ${messageOf(cause)}`
    return {kind: 'unreadable', path, runId: basename(path, '.jsonl'), problem, remedy}
  }
}

const isMissing = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'

/** Every journal in the state directory, oldest first. One that cannot be read does not hide the others. */
export const findJournals = async (stateDirectory: string): Promise<JournalState[]> => {
  const folder = journalFolder(stateDirectory)
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return []
    throw new EnvironmentError(`The journals in ${folder} cannot be read: ${messageOf(cause)}`, {cause})
  })
  const paths = names.filter((name) => name.endsWith('.jsonl')).sort()
  const states = await Promise.all(paths.map((name) => readJournal(join(folder, name))))
  return states.filter((state) => state !== undefined)
}
