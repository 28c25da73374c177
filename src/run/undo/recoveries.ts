import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {changeInWords, timeInWords} from './changes-in-words.js'
import type {JournalEntry} from './journal.js'
import {historyFolder} from './journal-history.js'

/** What somebody else than the run itself took back, as the history of journals tells. */
export interface Recovery {
  runId: string
  by: 'watchdog' | 'restore'
  /** Epoch ms at which all was undone. */
  atMs: number
  undone: string[]
}

const recoveryOf = (text: string): Recovery[] => {
  // Finished journals are whole, and written by us.
  const entries = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalEntry)
  const [opened] = entries
  const closed = entries.find((entry) => entry.entry === 'closed')
  if (opened?.entry !== 'opened' || !closed?.by || closed.by === 'run' || closed.atMs === undefined) return []
  const byOthers = new Set(
    entries.flatMap((entry) => (entry.entry === 'undone' && entry.by !== 'run' ? [entry.id] : [])),
  )
  const undone = entries.flatMap((entry) =>
    entry.entry === 'intent' && byOthers.has(entry.id) ? [changeInWords(entry)] : [],
  )
  return [{runId: opened.runId, by: closed.by, atMs: closed.atMs, undone}]
}

/** Runs that were killed and put back since, newest last; what cannot be read is no news. */
export const readRecoveries = async (stateDirectory: string): Promise<Recovery[]> => {
  const folder = historyFolder(stateDirectory)
  const names = (await readdir(folder).catch(() => [])).sort()
  const all = await Promise.all(
    names.map(async (name) => {
      try {
        return recoveryOf(await readFile(join(folder, name), 'utf8'))
      } catch {
        return []
      }
    }),
  )
  return all.flat().sort((a, b) => a.atMs - b.atMs)
}

/** One recovery, in a sentence. */
export const recoveryInWords = ({runId, by, atMs, undone}: Recovery): string => {
  const who = by === 'watchdog' ? 'its watchdog' : '`shakedown restore`'
  const what = undone.length > 0 ? `undid ${undone.join(', ')}` : 'found nothing left to undo'
  return `run ${runId} was killed; ${who} ${what}, done ${timeInWords(atMs)}`
}

/** Who starts a run wants to know what a watchdog did to the target within this time. */
const recentMs = 3_600_000

/** What watchdogs did in the last hour, in words. */
export const recentRecoveries = async (stateDirectory: string, nowMs: number): Promise<string[]> =>
  (await readRecoveries(stateDirectory))
    .filter(({by, atMs}) => by === 'watchdog' && nowMs - atMs <= recentMs)
    .map(recoveryInWords)
