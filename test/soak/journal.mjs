// The journals of a state directory, as they are on disk: the format is documented by what restore prints from it.
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'

/** A change this young is just being made, or just being taken back. */
const freshMs = 50

const tryOr = (read, otherwise) => {
  try {
    return read()
  } catch {
    return otherwise
  }
}

const parsed = (line) => tryOr(() => JSON.parse(line), undefined)

/** Every journal there is: its text, its entries, and its age in ms. One that goes while it is read is not there. */
export const journalsIn = (stateDirectory) => {
  const folder = join(stateDirectory, 'journal')
  return tryOr(() => readdirSync(folder), [])
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => {
      const path = join(folder, name)
      const found = tryOr(
        () => ({text: readFileSync(path, 'utf8'), changedMs: statSync(path).mtimeMs}),
        undefined,
      )
      if (!found) return []
      const entries = found.text.split('\n').map(parsed).filter(Boolean)
      return [{path, text: found.text, entries, ageMs: Date.now() - found.changedMs}]
    })
}

/** Ids of changes that were intended and are not undone yet. */
export const openIn = ({entries}) => {
  const undone = new Set(entries.filter(({entry}) => entry === 'undone').map(({id}) => id))
  return entries.filter(({entry, id}) => entry === 'intent' && !undone.has(id)).map(({id}) => id)
}

/** Where a run is, as its journal tells: what a kill hits. */
export const moments = ['start-up', 'before inject', 'inject', 'in force', 'undo', 'after undo']

/** `seen`: whether this run had a journal before; `told`: whether it was asked to stop. */
export const momentOf = (journal, {seen, told}) => {
  if (!journal) return seen ? 'after undo' : 'start-up'
  if (!journal.entries.some(({entry}) => entry === 'intent')) return 'before inject'
  if (openIn(journal).length === 0) return 'after undo'
  const newest = journal.entries.at(-1)?.entry
  if (told || (newest === 'undone' && journal.ageMs < freshMs)) return 'undo'
  return newest === 'intent' && journal.ageMs < freshMs ? 'inject' : 'in force'
}
