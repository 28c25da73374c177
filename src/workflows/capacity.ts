import type {CapacityAsked} from '../capacity/record.js'
import {resourceSelectors} from '../capacity/resources.js'
import {messageOf, UserError} from '../errors.js'
import {exitCodeOf, exitCodes} from '../exit-codes.js'
import type {Experiment} from '../run/experiment.js'
import {openSite, type TrialSite} from '../run/trials/site.js'
import {freshSeed} from '../system/fresh-seed.js'
import {guardState} from '../verdict/guard.js'
import {capacityExitLine, stillBroken} from './capacity-exit.js'
import {type CapacityFlags, readFlags} from './capacity-flags.js'
import type {Asking} from './capacity-header.js'
import {holdsOf, workloadsWithout} from './capacity-holds.js'
import {type Left, readCapacity} from './capacity-record.js'
import {showCapacity} from './capacity-report.js'
import {type Searched, searchOn} from './capacity-search.js'
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
  const [read] = await experimentsOf([scenarioPath], runFlagsOf(flags, asked, left), stage)
  if (!read) throw new TypeError('one scenario was asked for')
  const experiment: Experiment = {...read, replicas: asked.replicas}
  checkSame(experiment, left)
  const searched = await search(experiment, {asked, limits, left, flags}, stage)
  if ('residual' in searched) return tellBroken(searched, stage)
  const {result, recordPath} = searched
  try {
    await showCapacity(result, recordPath, flags, stage)
  } catch (cause) {
    // What is still broken is what must be told, whatever becomes of a file.
    if (result.outcome !== 'residual') throw cause
    stage.progress.write(`Warning: ${messageOf(cause)}\n`)
  }
  const exitCode = exitCodeOf(result.outcome, {allowInconclusive: flags['allow-inconclusive']})
  const why = capacityExitLine(result.outcome, exitCode)
  if (why !== undefined) stage.print(why)
  return {exitCode, json: {...result, record: recordPath}}
}

/** What `run` would be started with, so that a scenario is read and a target found in one way only. */
const runFlagsOf = (flags: CapacityFlags, asked: CapacityAsked, left: Left | undefined) => ({
  target: asked.target,
  engine: asked.engine,
  // The record has no passwords.
  prometheus: flags.prometheus ?? asked.prometheus,
  toxiproxy: flags.toxiproxy ?? asked.toxiproxy,
  context: flags.context,
  'allow-production': flags['allow-production'],
  seed: left?.header.seed ?? flags.seed,
  switch: asked.switch,
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

/** A search that broke before there was anything to report, and left something behind. */
const tellBroken = (
  {residual, message}: Extract<Searched, {residual: unknown}>,
  {print, progress}: Pick<Stage, 'print' | 'progress'>,
) => {
  progress.write(`Error: ${message}\n`)
  for (const one of residual) print(stillBroken(one))
  print(capacityExitLine('residual', exitCodes.residual) ?? '')
  return {exitCode: exitCodes.residual, json: {outcome: 'residual' as const, message, residual}}
}

const search = async (
  experiment: Experiment,
  {flags, ...asking}: Asking & {flags: CapacityFlags},
  stage: Stage,
): Promise<Searched> => {
  const say = (text: string): void => {
    if (!flags.quiet) stage.progress.write(`${text}\n`)
  }
  const early: string[] = []
  let toRecord = (message: string): void => void early.push(message)
  const note = (message: string): void => {
    say(message)
    toRecord(message)
  }
  const seed = experiment.seed ?? freshSeed()
  const site: TrialSite = await openSite(experiment, {
    seed,
    foresee: (foreseen) => {
      const without = workloadsWithout(asking.asked.without, foreseen.plan.target)
      return holdsOf(foreseen, {...asking.asked, without})
    },
    judgeGuard: guardState,
    note,
    live: () => {},
    signal: stage.signal,
    extraSelectors: resourceSelectors,
  })
  const onRecord = (write: typeof toRecord): void => {
    toRecord = write
    early.forEach(write)
  }
  const warn = (text: string): void => void stage.progress.write(`Warning: ${text}\n`)
  return await searchOn(
    site,
    experiment,
    {...asking, seed},
    {say, note, warn, onRecord, signal: stage.signal},
  )
}
