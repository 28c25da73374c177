import {messageOf} from '../../errors.js'
import type {Fault, World} from '../../faults/fault.js'
import type {Json} from '../../system/json.js'
import type {Journal} from './journal.js'
import {undoLimit, undoLimitMs, undoWithin} from './undo-limit.js'
import {releaseLimitMs, undoOrder} from './undo-order.js'

/** A change that was made, or may have been made, and how to take it back. */
interface Change {
  id: string
  name: string
  fault: Fault
  inverse: Json
  /** Made by an undo on its way, not asked for by the plan. */
  aside?: boolean
  /** Set while it is being taken back: a second asker waits for the first. */
  undoing?: Promise<void>
}

/** A change that could not be taken back, and what would do it by hand. */
export interface Residual {
  fault: string
  message: string
  remedy: string
}

const limitOf = ({fault, inverse}: Pick<Change, 'fault' | 'inverse'>): number | undefined =>
  fault.undoLimitMs?.(inverse)

/**
 * Remembers every change, on disk first; takes them back newest first, each once, and never stops half-way.
 *
 *   intend ──▶ (journal, fsync) ──▶ the caller injects ──▶ undo ──▶ read back ──▶ (journal: undone)
 */
export class UndoStack {
  readonly #changes: Change[] = []
  readonly #journal: Journal
  readonly #world: World

  /** `faults` by name: an undo may have to make a further change, which one of them takes back. */
  constructor(journal: Journal, world: World, faults: Record<string, Fault> = {}) {
    this.#journal = journal
    const intend = async (id: string, name: string, inverse: Json) => {
      const fault = faults[name]
      if (!fault) throw new Error(`the fault "${name}" is not registered`)
      await this.intend({id, name, fault, inverse, aside: true})
      return () => this.#forget(id)
    }
    this.#world = {...world, intend}
  }

  /** Writes the intent and its inverse down; only then may the caller inject. */
  async intend(change: Change): Promise<void> {
    const {id, name, inverse} = change
    await this.#journal.append({entry: 'intent', id, fault: name, inverse, atMs: this.#world.clock.now()})
    this.#changes.push(change)
  }

  /** Takes one change back, within `limitMs`; throws when it could not, and keeps it for `undoAll`. */
  async undo(id: string, limitMs?: number): Promise<void> {
    const change = this.#changes.find((known) => known.id === id)
    if (!change) return
    change.undoing ??= this.#takeBack(change, limitMs ?? limitOf(change) ?? undoLimitMs)
    try {
      await change.undoing
    } finally {
      delete change.undoing
    }
  }

  async #takeBack({id, fault, inverse}: Change, limitMs: number): Promise<void> {
    await undoWithin(limitMs, (signal) => fault.undo(inverse, {...this.#world, signal}))
    await this.#forget(id)
  }

  /** That it is undone is true also when no disk will hold it: at worst, it is undone once more. */
  async #forget(id: string): Promise<void> {
    const index = this.#changes.findIndex((known) => known.id === id)
    if (index < 0) return
    this.#changes.splice(index, 1)
    const atMs = this.#world.clock.now()
    await this.#journal.append({entry: 'undone', id, by: 'run', atMs}).catch(() => {})
  }

  /** What fails here is tried again, and told, by the undo that follows. One that is being taken back needs no help. */
  async #release({fault, inverse, undoing}: Change): Promise<void> {
    if (undoing) return
    await undoWithin(releaseLimitMs, async (signal) =>
      fault.release?.(inverse, {...this.#world, signal}),
    ).catch(() => {})
  }

  /** Takes back all that is left, see `undoOrder`; returns what could not be, in words. */
  async undoAll(onUndone: (id: string) => void): Promise<Residual[]> {
    const residual: Residual[] = []
    const {clock, target} = this.#world
    const startedMs = clock.now()
    for (const {change, step} of undoOrder(this.#changes, ({fault}) => fault.release !== undefined)) {
      // Gone with the undo of another.
      if (!this.#changes.includes(change)) continue
      const {id, fault, inverse, aside} = change
      if (step === 'release') {
        await this.#release(change)
        continue
      }
      // Whoever is at it tells of it; what that one could not do is tried once more.
      await change.undoing?.catch(() => {})
      if (!this.#changes.includes(change)) continue
      try {
        await this.undo(id, undoLimit(clock.now() - startedMs, limitOf(change)))
        if (!aside) onUndone(id)
      } catch (cause) {
        residual.push({fault: id, message: messageOf(cause), remedy: fault.remedy(inverse, target)})
      }
    }
    if (residual.length > 0) {
      await this.#journal.append({entry: 'residual', by: 'run', residual, atMs: clock.now()}).catch(() => {})
    }
    return residual
  }
}
