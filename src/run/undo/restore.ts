import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {EnvironmentError} from '../../errors.js'
import {loadFaults} from '../../faults/index.js'
import {journalFolder} from './journal.js'
import {findJournals, type JournalState, type Leftover} from './leftovers.js'
import {ownerInWords} from './owner.js'
import {type Restored, type Restorer, restoreRun} from './restore-run.js'

/** What `restore` is asked for. */
export interface RestoreRequest {
  stateDirectory: string
  /** Of this run only. */
  runId?: string | undefined
  signal?: AbortSignal | undefined
}

/** A journal that cannot be read is a residual of its own: what it names may be left. */
type Unreadable = Extract<JournalState, {kind: 'unreadable'}>

/** What all journals of a state directory say. */
export interface Survey {
  left: Leftover[]
  running: Leftover[]
  elsewhere: Leftover[]
  unreadable: Unreadable[]
}

/** Another process that restores the same run needs no longer than this: see undoLimit. */
const busyLimitMs = 90_000
const pollMs = 250

/** Looks through the journals; touches nothing. */
export const surveyJournals = async ({stateDirectory, runId}: RestoreRequest): Promise<Survey> => {
  const survey: Survey = {left: [], running: [], elsewhere: [], unreadable: []}
  for (const state of await findJournals(stateDirectory)) {
    const of = state.kind === 'nothing' ? undefined : 'leftover' in state ? state.leftover.runId : state.runId
    if (of === undefined || (runId !== undefined && of !== runId)) continue
    if (state.kind === 'unreadable') survey.unreadable.push(state)
    else if (state.kind !== 'nothing') survey[state.kind].push(state.leftover)
  }
  return survey
}

/** Restores a run; when another process is at it, waits until that one is done. */
const restoreInTurn = async (leftover: Leftover, restorer: Restorer): Promise<Restored> => {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const restored = await restoreRun(leftover, restorer)
    if (!restored.busy) return restored
    if (waitedMs >= busyLimitMs || restorer.signal?.aborted) {
      const message = `${ownerInWords(restored.busy.owner)} is restoring it`
      const remedy = 'wait for it, then: shakedown restore'
      return {...restored, residual: [{fault: 'journal', message, remedy}]}
    }
    await sleep(pollMs)
  }
}

/** Takes back what earlier runs left, oldest run first. What runs on another machine is touched only when it is named. */
export const restoreAll = async (request: RestoreRequest): Promise<Survey & {restored: Restored[]}> => {
  const {stateDirectory, runId, signal} = request
  const survey = await surveyJournals(request)
  const restorer: Restorer = {
    stateDirectory,
    faults: await loadFaults(),
    by: 'restore',
    ...(signal ? {signal} : {}),
  }
  const restored: Restored[] = []
  const named = runId === undefined ? [] : survey.elsewhere
  for (const leftover of [...survey.left, ...named]) {
    if (!signal?.aborted) restored.push(await restoreInTurn(leftover, restorer))
  }
  return {...survey, restored}
}

/** Before a run: nothing that an earlier one left may disturb it. Throws EnvironmentError when something stays. */
export const restoreBeforeRun = async (
  stateDirectory: string,
  note: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> => {
  const {restored, unreadable} = await restoreAll({stateDirectory, signal})
  signal?.throwIfAborted()
  for (const {runId, undone, notes} of restored) {
    for (const change of undone) note(`restored what run ${runId} left: ${change}`)
    for (const message of notes) note(`run ${runId}: ${message}`)
  }
  const [first] = restored.flatMap(({runId, residual}) => residual.map((left) => ({runId, ...left})))
  if (first) {
    throw new EnvironmentError(
      `Run ${first.runId} left something broken that cannot be undone: ${first.message}`,
      {
        hint: `${first.remedy}. Then: shakedown restore. If its target is gone for good, nothing is left of it: delete ${join(journalFolder(stateDirectory), `${first.runId}.jsonl`)}`,
      },
    )
  }
  const [riddle] = unreadable
  if (riddle) {
    throw new EnvironmentError(`What run ${riddle.runId} left cannot be told: ${riddle.problem}`, {
      hint: `Before anything is broken anew, ${riddle.remedy}.`,
    })
  }
}
