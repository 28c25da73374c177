import {join} from 'node:path'
import type {CapacityEnd, CapacityLine} from '../capacity/record.js'
import {type CapacityResult, resultOf} from '../capacity/result.js'
import {Interrupted, messageOf} from '../errors.js'
import {trialInWords} from '../reporters/capacity/words.js'
import type {Experiment} from '../run/experiment.js'
import {openRecorder, type Recorder} from '../run/recorder.js'
import type {TrialSite} from '../run/trials/site.js'
import type {Residual} from '../run/undo/undo-stack.js'
import {systemClock} from '../system/clock.js'
import {type Asking, headerOf} from './capacity-header.js'
import {runLegs} from './capacity-legs.js'
import {capacityPath, keptLines} from './capacity-record.js'
import type {LegStage} from './capacity-trials.js'

/** A search that has a result; or one that broke before it had one, and left something broken. */
export type Searched = {result: CapacityResult; recordPath: string} | {residual: Residual[]; message: string}

/** Where a search tells what happens. */
export interface Told {
  say(text: string): void
  note(message: string): void
  warn(text: string): void
  /** Called once there is a record, which takes notes from then on. */
  onRecord(write: (message: string) => void): void
  signal: AbortSignal
}

/**
 * Searches on an opened site, then takes everything back and closes it. Throws what went wrong, unless something is still
 * broken: that is then what must be told.
 */
export const searchOn = async (
  site: TrialSite,
  experiment: Pick<Experiment, 'source' | 'outputDir'>,
  asking: Asking & {seed: number},
  told: Told,
): Promise<Searched> => {
  let searched: Searched | undefined
  try {
    await site.begin()
    const header = await headerOf(site, experiment, asking)
    const recordPath = capacityPath(join(experiment.outputDir, site.runId))
    const recorder = await openRecorder<CapacityLine>(recordPath)
    const {stage, close} = recordedStage(site, header, recorder, told)
    recorder.write(header)
    for (const line of asking.left ? keptLines(asking.left, told.note) : []) stage.write(line)
    told.onRecord((message) => stage.write({kind: 'note', atMs: systemClock.now(), message}))
    stage.write(await conduct(stage, recorder, told.signal))
    searched = {result: resultOf(header, stage.lines), recordPath}
    await close()
    return searched
  } catch (cause) {
    const residual = await site.letGo()
    if (residual.length === 0) throw cause
    if (searched === undefined) return {residual, message: messageOf(cause)}
    told.warn(messageOf(cause))
    return searched
  } finally {
    await letGoAndClose(site, told)
  }
}

const letGoAndClose = async (site: TrialSite, {warn}: Told): Promise<void> => {
  const residual = await site.letGo()
  await site.close().catch((cause: unknown) => {
    if (residual.length === 0) throw cause
    warn(messageOf(cause))
  })
}

/** What the legs write goes to the record and to the lines that are judged. */
const recordedStage = (
  site: TrialSite,
  header: LegStage['header'],
  recorder: Recorder<CapacityLine>,
  {say, note}: Told,
): {stage: LegStage; close(): Promise<void>} => {
  const lines: CapacityLine[] = []
  const write = (line: CapacityLine): void => {
    // What cannot be written down need not be measured any more.
    if (line.kind === 'trial') recorder.failed.throwIfAborted()
    lines.push(line)
    recorder.write(line)
    recorder.flush()
  }
  const told: LegStage['told'] = (leg, trial) => say(trialInWords(leg, trial))
  return {stage: {site, header, lines, write, told, note}, close: () => recorder.close()}
}

/** Runs all legs, then takes everything back, whatever happened; the end says both. */
const conduct = async (
  stage: LegStage,
  recorder: Recorder<CapacityLine>,
  signal: AbortSignal,
): Promise<CapacityEnd> => {
  let ended: Pick<CapacityEnd, 'ended' | 'message'> = {ended: 'completed'}
  try {
    await runLegs(stage)
  } catch (cause) {
    const interrupted = signal.aborted && signal.reason instanceof Interrupted
    ended = {
      ended: interrupted ? 'interrupted' : 'error',
      message: messageOf(signal.aborted ? signal.reason : cause),
    }
  }
  if (recorder.failed.aborted) ended = {ended: 'error', message: messageOf(recorder.failed.reason)}
  const residual = await stage.site.letGo()
  return {kind: 'capacity-end', atMs: systemClock.now(), ...ended, residual}
}
