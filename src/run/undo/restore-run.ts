import {EnvironmentError, messageOf} from '../../errors.js'
import type {Fault, World} from '../../faults/fault.js'
import {type Clock, systemClock} from '../../system/clock.js'
import {type ReachedTarget, reachTarget} from '../../targets/kubernetes/reach.js'
import {openWorld} from '../open-world.js'
import {changeInWords} from './changes-in-words.js'
import {type Claim, claimKeys} from './claims.js'
import {foreignChanges} from './foreign-changes.js'
import {type Journal, resumeJournal, type UndoneBy} from './journal.js'
import {type Leftover, readJournal} from './leftovers.js'
import {loadRemains, remainsOfLoad} from './load-remains.js'
import {undoLimit, undoWithin} from './undo-limit.js'
import {releaseLimitMs, undoOrder} from './undo-order.js'
import type {Residual} from './undo-stack.js'

/** What was taken back of one run, in words, and what could not be. */
export interface Restored {
  runId: string
  undone: string[]
  notes: string[]
  residual: Residual[]
  /** Somebody else restores it just now. */
  busy?: Claim
}

/** Who restores, and with what. */
export interface Restorer {
  stateDirectory: string
  faults: Record<string, Fault>
  by: UndoneBy
  /** Undoes nothing more once it aborts; what is under way is finished. */
  signal?: AbortSignal
}

/** The claim of who restores a run: nobody else touches its journal then. */
const journalKey = (runId: string): string => `journal ${runId}`

/** A target that was the run's own ended with it; when it no longer answers, nothing is left in it. */
const isGone = async ({target, ownTarget}: Leftover): Promise<boolean> => {
  if (!ownTarget || !target.control) return ownTarget
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), 2_000)
  return await fetch(`${target.control.url}/healthz`, {signal: stop.signal})
    .then(
      () => false,
      () => true,
    )
    .finally(() => clearTimeout(timer))
}

/**
 * Takes back what a run left, newest first, carrying on past failures; the journal moves to the history when nothing is
 * left. Only one process does so at a time: another one that does is named in `busy`, and nothing is touched.
 */
export const restoreRun = async (asked: Leftover, restorer: Restorer): Promise<Restored> => {
  const restored: Restored = {runId: asked.runId, undone: [], notes: [], residual: []}
  const claimed = await claimKeys(restorer.stateDirectory, asked.runId, [journalKey(asked.runId)])
  if (claimed.kind === 'taken') return {...restored, busy: claimed.by}
  try {
    // Somebody else may have been here since it was read.
    const state = await readJournal(asked.path)
    if (state?.kind === 'left' || state?.kind === 'elsewhere') await play(state.leftover, restorer, restored)
    return restored
  } finally {
    await claimed.release()
  }
}

const play = async (leftover: Leftover, restorer: Restorer, restored: Restored): Promise<void> => {
  const {path, size, damaged} = leftover
  const journal = await resumeJournal(path, size, restorer.by)
  const {residual} = restored
  const reached = await reachAgain(leftover)
  const world = worldOf({...leftover, target: reached.target}, restored, journal, systemClock)
  try {
    if (!(await isGone(leftover))) await playBack(leftover, restorer, restored, journal, world)
    if (damaged.length > 0) {
      const remedy = `look into ${path} for what the run changed, put it back by hand, then delete the file`
      residual.push({fault: 'journal', message: `line ${damaged.join(', ')} of ${path} is damaged`, remedy})
    }
    if (residual.length > 0) {
      const atMs = systemClock.now()
      await journal.append({entry: 'residual', by: restorer.by, residual, atMs}).catch(() => {})
    }
  } finally {
    await reached.close()
    await journal.close(residual.length > 0 || restorer.signal?.aborted === true)
  }
}

/**
 * The ways into the cluster ended with the run that opened them. Where none can be opened, each undo says what it could
 * not reach: those that need no such way go on.
 */
const reachAgain = async ({target}: Leftover): Promise<ReachedTarget> =>
  await reachTarget(target, new AbortController().signal).catch(() => ({target, close: async () => {}}))

type Undoer = Pick<Fault, 'undo' | 'remedy' | 'undoLimitMs' | 'release'>

const playBack = async (
  {changes, target, found, runId, path}: Leftover,
  {faults, by, signal}: Restorer,
  restored: Restored,
  journal: Journal,
  world: World,
): Promise<void> => {
  const startedMs = world.clock.now()
  const faultOf = ({fault: name}: {fault: string}): Undoer | undefined =>
    name === loadRemains ? remainsOfLoad : faults[name]
  for (const {change, step} of undoOrder(changes, (one) => faultOf(one)?.release !== undefined)) {
    const {id, fault: name, inverse} = change
    const fault = faultOf(change)
    if (signal?.aborted) return
    try {
      if (step === 'release') {
        // What fails here is tried again, and told, by its undo.
        await undoWithin(releaseLimitMs, async (stop) =>
          fault?.release?.(inverse, {...world, signal: stop}),
        ).catch(() => {})
        continue
      }
      if (!fault) throw new EnvironmentError(`there is no fault "${name}" here`)
      const limitMs = undoLimit(world.clock.now() - startedMs, fault.undoLimitMs?.(inverse))
      await undoWithin(limitMs, (stop) => fault.undo(inverse, {...world, signal: stop}))
      restored.undone.push(changeInWords(change))
      await journal.append({entry: 'undone', id, by, atMs: world.clock.now()}).catch(() => {})
    } catch (cause) {
      const remedy =
        fault?.remedy(inverse, target) ??
        `undo ${name} ${JSON.stringify(inverse)} by hand, then delete ${path}`
      restored.residual.push({fault: id, message: messageOf(cause), remedy})
    }
  }
  if (restored.residual.length > 0 || found.length === 0) return
  const now = await world
    .toxiproxy()
    .proxies()
    .catch(() => undefined)
  if (now) for (const change of foreignChanges(found, now, runId)) world.note?.(change)
}

/** Notes go to the user and into the journal; a change that an undo makes on its way is journalled as any other. */
const worldOf = (leftover: Leftover, restored: Restored, journal: Journal, clock: Clock): World => ({
  ...openWorld(leftover.target, leftover.runId, clock, new AbortController().signal),
  ...(leftover.found.length > 0 ? {found: leftover.found} : {}),
  note: (message) => {
    restored.notes.push(message)
    void journal.append({entry: 'note', message, atMs: clock.now()}).catch(() => {})
  },
  intend: async (id, fault, inverse) => {
    await journal.append({entry: 'intent', id, fault, inverse, atMs: clock.now()})
    return () => journal.append({entry: 'undone', id, by: 'restore', atMs: clock.now()}).catch(() => {})
  },
})
