import {appendFile, unlink} from 'node:fs/promises'
import {EnvironmentError, messageOf} from '../errors.js'
import type {Fault} from '../faults/fault.js'
import {loadFaults} from '../faults/index.js'
import {type Clock, systemClock} from '../system/clock.js'
import type {JournalEntry} from './journal.js'
import {findLeftovers, type Leftover} from './leftovers.js'
import {openWorld} from './open-world.js'
import {type Residual, undoLimitMs, withLimit} from './undo-stack.js'

/** What was taken back of one run, in words, and what could not be. */
export interface Restored {
  runId: string
  undone: string[]
  residual: Residual[]
}

/** What `restore` is asked for. */
export interface RestoreRequest {
  dryRun?: boolean
  /** Of this run only. */
  runId?: string | undefined
}

/** A target that was the run's own ended with it; when it no longer answers, nothing is left in it. */
const isGone = async ({target, ownTarget}: Leftover): Promise<boolean> => {
  if (!ownTarget || !target.control) return ownTarget
  return await fetch(`${target.control.url}/healthz`, {signal: AbortSignal.timeout(2_000)}).then(
    () => false,
    () => true,
  )
}

/** Takes back what a run left, newest first, carrying on past failures; the journal goes when nothing is left. */
export const restoreRun = async (
  leftover: Leftover,
  faults: Record<string, Fault>,
  clock: Clock,
): Promise<Restored> => {
  const restored: Restored = {runId: leftover.runId, undone: [], residual: []}
  const {path, runId, target} = leftover
  const world = openWorld(target, runId, clock, new AbortController().signal)
  const changes = (await isGone(leftover)) ? [] : leftover.changes
  for (const {id, fault: name, inverse} of [...changes].reverse()) {
    const words = `${name} ${JSON.stringify(inverse)}`
    const fault = faults[name]
    try {
      if (!fault) throw new Error(`there is no fault "${name}" here`)
      await withLimit(fault.undo(inverse, world), undoLimitMs)
      const entry: JournalEntry = {entry: 'undone', id}
      await appendFile(path, `${JSON.stringify(entry)}\n`)
      restored.undone.push(words)
    } catch (cause) {
      const remedy = fault?.remedy(inverse, target) ?? `undo ${words} by hand, then delete ${path}`
      restored.residual.push({fault: id, message: messageOf(cause), remedy})
    }
  }
  if (restored.residual.length === 0) await unlink(path).catch(() => {})
  return restored
}

/** Takes back what every earlier run left, oldest run first. */
export const restoreAll = async (stateDirectory: string, {dryRun = false, runId}: RestoreRequest = {}) => {
  const leftovers = (await findLeftovers(stateDirectory)).filter(
    (leftover) => runId === undefined || leftover.runId === runId,
  )
  if (dryRun) return {leftovers, restored: []}
  const faults = await loadFaults()
  const restored: Restored[] = []
  for (const leftover of leftovers) restored.push(await restoreRun(leftover, faults, systemClock))
  return {leftovers, restored}
}

/** Before a run: nothing that an earlier one left may disturb it. Throws EnvironmentError when something stays. */
export const restoreBeforeRun = async (
  stateDirectory: string,
  note: (message: string) => void,
): Promise<void> => {
  const {restored} = await restoreAll(stateDirectory)
  for (const {runId, undone, residual} of restored) {
    for (const change of undone) note(`restored what run ${runId} left: ${change}`)
    const [first] = residual
    if (first) {
      throw new EnvironmentError(
        `Run ${runId} left something broken that cannot be undone: ${first.message}`,
        {
          hint: `${first.remedy}. Then: shakedown restore`,
        },
      )
    }
  }
}
