import {remedyOfRemains, removeRemains} from '../../engines/k6/cluster/remains.js'
import type {Fault} from '../../faults/fault.js'
import type {Json} from '../../system/json.js'
import type {Journal} from './journal.js'

/** What a journal calls that which a load has made elsewhere; no fault, and undone as one. */
export const loadRemains = 'load'

/** Removes what a load has made elsewhere. */
export const remainsOfLoad: Pick<Fault, 'undo' | 'remedy' | 'undoLimitMs'> = {
  undo: (inverse, {signal}) => removeRemains(inverse, signal),
  remedy: (inverse) => remedyOfRemains(inverse),
}

/** Writes down what a load is about to make elsewhere; resolves to what says that it is gone. */
export const noteRemains =
  (journal: Journal, now: () => number) =>
  async (inverse: Json): Promise<() => Promise<void>> => {
    await journal.append({entry: 'intent', id: loadRemains, fault: loadRemains, inverse, atMs: now()})
    return () => journal.append({entry: 'undone', id: loadRemains, by: 'run', atMs: now()}).catch(() => {})
  }
