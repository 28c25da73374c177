import {join} from 'node:path'
import type {CapacityAsked, CapacityEnd, CapacityLine} from '../capacity/record.js'
import {resourceSelectors} from '../capacity/resources.js'
import {type CapacityResult, resultOf} from '../capacity/result.js'
import {Interrupted, messageOf, UserError} from '../errors.js'
import {exitCodeOf} from '../exit-codes.js'
import {trialInWords} from '../reporters/capacity/words.js'
import type {Experiment} from '../run/experiment.js'
import {openRecorder, type Recorder} from '../run/recorder.js'
import {openSite} from '../run/trials/site.js'
import {systemClock} from '../system/clock.js'
import {freshSeed} from '../system/fresh-seed.js'
import {guardState} from '../verdict/guard.js'
import {type CapacityFlags, readFlags} from './capacity-flags.js'
import {type Asking, headerOf} from './capacity-header.js'
import {runLegs} from './capacity-legs.js'
import {capacityPath, type Left, readCapacity} from './capacity-record.js'
import {showCapacity} from './capacity-report.js'
import type {LegStage} from './capacity-trials.js'
import {experimentsOf, type Stage} from './run-scenarios.js'

/** Searches for the capacity of a scenario's target, or goes on with a search that was cut off. */
export const searchCapacity = async (path: string | undefined, flags: CapacityFlags, stage: Stage) => {
  const left = flags.resume === undefined ? undefined : await readCapacity(flags.resume)
  const scenarioPath = left?.header.source.path ?? path
  if (scenarioPath === undefined) {
    throw new UserError('No scenario was named', {
      hint: 'Write: shakedown capacity SCENARIO, or --resume RECORD to go on with a search.',
    })
  }
  const {asked, limits} = readFlags(flags, left?.header)
  const [experiment] = await experimentsOf([scenarioPath], runFlagsOf(flags, asked, left), stage)
  if (!experiment) throw new TypeError('one scenario was asked for')
  checkSame(experiment, left)
  const {result, recordPath} = await search(experiment, {asked, limits, left, flags}, stage)
  await showCapacity(result, recordPath, flags, stage)
  const exitCode = exitCodeOf(result.outcome, {allowInconclusive: flags['allow-inconclusive']})
  return {exitCode, json: {...result, record: recordPath}}
}

/** What `run` would be started with, so that a scenario is read and a target found in one way only. */
const runFlagsOf = (flags: CapacityFlags, asked: CapacityAsked, left: Left | undefined) => ({
  target: asked.target,
  engine: asked.engine,
  prometheus: asked.prometheus,
  toxiproxy: asked.toxiproxy,
  seed: left?.header.seed ?? flags.seed,
  switch: flags.switch,
  counterfactual: false,
  report: flags.report,
  'output-dir': flags['output-dir'],
  'allow-inconclusive': flags['allow-inconclusive'],
  quiet: flags.quiet,
})

/** Half of a search for one question and half for another answer neither. */
const checkSame = ({source}: Experiment, left: Left | undefined): void => {
  if (left === undefined || left.header.source.text === source.text) return
  throw new UserError(`${source.path} is not what it was when that search began`, {
    hint: 'Start a new search, or put the scenario back as the record holds it.',
  })
}

interface Search extends Asking {
  flags: CapacityFlags
}

const search = async (
  experiment: Experiment,
  {asked, limits, left, flags}: Search,
  stage: Stage,
): Promise<{result: CapacityResult; recordPath: string}> => {
  const say = (text: string): void => {
    if (!flags.quiet) stage.progress.write(`${text}\n`)
  }
  const notes: string[] = []
  const seed = experiment.seed ?? freshSeed()
  let toRecord = (message: string): void => void notes.push(message)
  const note = (message: string): void => {
    say(message)
    toRecord(message)
  }
  const site = await openSite(experiment, {
    seed,
    judgeGuard: guardState,
    note,
    live: () => {},
    signal: stage.signal,
    extraSelectors: resourceSelectors,
  })
  try {
    const header = await headerOf(site, experiment, {asked, limits, left, seed})
    const recordPath = capacityPath(join(experiment.outputDir, site.runId))
    const recorder = await openRecorder<CapacityLine>(recordPath)
    const lines: CapacityLine[] = []
    const write = (line: CapacityLine): void => {
      // What cannot be written down need not be measured any more.
      if (line.kind === 'trial') recorder.failed.throwIfAborted()
      lines.push(line)
      recorder.write(line)
      recorder.flush()
    }
    recorder.write(header)
    for (const line of left?.lines ?? []) if (line.kind !== 'capacity-end') write(line)
    toRecord = (message) => write({kind: 'note', atMs: systemClock.now(), message})
    notes.forEach(toRecord)
    const told: LegStage['told'] = (leg, trial) => say(trialInWords(leg, trial))
    write(await conduct({site, header, lines, write, told, note}, recorder, stage.signal))
    await recorder.close()
    return {result: resultOf(header, lines), recordPath}
  } finally {
    await site.letGo()
    await site.close()
  }
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
