import {EnvironmentError, messageOf} from '../errors.js'
import type {Fault, World} from '../faults/fault.js'
import type {Json} from '../system/json.js'
import type {Journal} from './journal.js'

/** A change that was made, or may have been made, and how to take it back. */
interface Change {
  id: string
  name: string
  fault: Fault
  inverse: Json
  /** Set while it is being taken back: a second asker waits for the first. */
  undoing?: Promise<void>
}

/** A change that could not be taken back, and what would do it by hand. */
export interface Residual {
  fault: string
  message: string
  remedy: string
}

/** Longest that one undo may take, with all its own retries. */
export const undoLimitMs = 30_000

/** Rejects when the work has no result in time. */
export const withLimit = async (work: Promise<void>, limitMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    const late = new EnvironmentError(`no result after ${limitMs / 1_000} s`)
    timer = setTimeout(() => reject(late), limitMs)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Remembers every change, on disk first; takes them back newest first, each once, and never stops half-way.
 *
 *   intend ──▶ (journal, fsync) ──▶ the caller injects ──▶ undo ──▶ read back ──▶ (journal: undone)
 */
export class UndoStack {
  readonly #changes: Change[] = []
  readonly #journal: Journal
  readonly #world: World

  constructor(journal: Journal, world: World) {
    this.#journal = journal
    this.#world = world
  }

  /** Writes the intent and its inverse down; only then may the caller inject. */
  async intend(change: Change): Promise<void> {
    await this.#journal.append({entry: 'intent', id: change.id, fault: change.name, inverse: change.inverse})
    this.#changes.push(change)
  }

  /** Takes one change back; throws when it could not, and keeps it for `undoAll`. */
  async undo(id: string): Promise<void> {
    const change = this.#changes.find((known) => known.id === id)
    if (!change) return
    change.undoing ??= this.#takeBack(change)
    try {
      await change.undoing
    } finally {
      delete change.undoing
    }
  }

  async #takeBack(change: Change): Promise<void> {
    await withLimit(change.fault.undo(change.inverse, this.#world), undoLimitMs)
    this.#changes.splice(this.#changes.indexOf(change), 1)
    await this.#journal.append({entry: 'undone', id: change.id})
  }

  /** Takes back all that is left, newest first; returns what could not be, in words. */
  async undoAll(onUndone: (id: string) => void): Promise<Residual[]> {
    const residual: Residual[] = []
    for (const {id, fault, inverse} of [...this.#changes].reverse()) {
      try {
        await this.undo(id)
        onUndone(id)
      } catch (cause) {
        const remedy = fault.remedy(inverse, this.#world.target)
        residual.push({fault: id, message: messageOf(cause), remedy})
      }
    }
    return residual
  }
}
