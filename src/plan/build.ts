import {UserError} from '../errors.js'
import {formatDuration} from '../scenarios/quantities.js'
import type {FaultRequest, Phases, Scenario} from '../scenarios/scenario.js'
import type {Target} from '../scenarios/target.js'
import {type Random, seededRandom} from '../system/random.js'
import {beyondBlastRadius, shareHint} from './blast-radius.js'
import {clashes} from './clashes.js'
import {levelsOf} from './envelope.js'
import {misfits} from './fit-target.js'
import type {AimFault, Plan, PlannedFault, PlannedPhase} from './plan.js'
import {dipped, ratesOf, sumOfRates} from './rates.js'

/** What a plan is made of. */
export interface PlanInput {
  scenario: Scenario
  target: Target
  seed: number
  /** Switches for the whole run; the scenario's own when left out. */
  switches?: Scenario['switches']
  /** Lets each fault choose its victims. */
  aim: AimFault
}

/** The phases that have a length, end to end. */
const phasesOf = ({warmUpMs, baselineMs, faultMs, recoveryMs, dip}: Phases): PlannedPhase[] => {
  const lengths = [
    ['warm-up', warmUpMs],
    ['baseline', baselineMs],
    ['fault', faultMs],
    ['recovery', recoveryMs],
    ['dip', dip?.forMs ?? 0],
    ['restored', dip?.restoredMs ?? 0],
  ] as const
  let startMs = 0
  return lengths.flatMap(([name, lengthMs]) => {
    const phase = {name, startMs, endMs: startMs + lengthMs}
    startMs = phase.endMs
    return lengthMs > 0 ? [phase] : []
  })
}

/** When the fault is in force, and how strongly. Throws UserError when that is not within the fault phase. */
const lifeOf = ({atMs, forMs, envelope}: FaultRequest, window: PlannedPhase) => {
  const startMs = window.startMs + atMs
  const endMs = forMs === undefined ? window.endMs : startMs + forMs
  if (startMs >= window.endMs || endMs > window.endMs) {
    const phase = `the fault phase of ${formatDuration(window.endMs - window.startMs)}`
    throw new UserError(
      `would last from ${formatDuration(atMs)} to ${formatDuration(endMs - window.startMs)}, beyond ${phase}`,
      {
        hint: 'Make the fault shorter, or the fault phase longer.',
      },
    )
  }
  return envelope ? {startMs, endMs, envelope, levels: levelsOf(envelope, startMs, endMs)} : {startMs, endMs}
}

/** Faults aim one after another; what one of them gets wrong is told together with the others' mistakes. */
const aimAll = ({scenario, target, aim}: PlanInput, window: PlannedPhase, random: Random) => {
  const problems: string[] = []
  const hints = new Set<string>()
  const aimOne = (request: FaultRequest, index: number): PlannedFault[] => {
    const {fault, options, path} = request
    const id = `f${index + 1}`
    try {
      const life = lifeOf(request, window)
      // A stream of its own: one more fault, or one more draw in it, changes no other fault's victims.
      const aimed = aim(fault, options, target, random.fork(id), life.endMs - life.startMs)
      return [{id, fault, options, ...life, aim: aimed}]
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      problems.push(`${path}: ${error.message}`)
      if (error.hint !== undefined) hints.add(error.hint)
      return []
    }
  }
  return {faults: scenario.faults.flatMap(aimOne), problems, hints: [...hints]}
}

const complain = ({scenario, target}: PlanInput, problems: string[], hints: string[]): never => {
  throw new UserError(
    [`Scenario ${scenario.name} does not fit target ${target.name}`, ...problems].join('\n  '),
    {
      hint:
        hints.length > 0 ? hints.join('\n') : 'Correct the scenario, or name another target with --target.',
    },
  )
}

/**
 * What a run will do and when. Pure: the same input gives the same plan.
 * Throws one UserError that lists everything the scenario names and the target does not have.
 */
export const buildPlan = (input: PlanInput): Plan => {
  const {scenario, target, seed, switches = scenario.switches} = input
  const phases = phasesOf(scenario.phases)
  const durationMs = phases.at(-1)?.endMs ?? 0
  const window = phases.find(({name}) => name === 'fault')
  if (window === undefined) throw new UserError(`Scenario ${scenario.name} has no fault phase`)
  const unfit = misfits(scenario, target)
  if (unfit.length > 0) complain(input, unfit, [])
  const {faults, problems, hints} = aimAll(input, window, seededRandom(seed).fork('faults'))
  if (problems.length > 0) complain(input, problems, hints)
  const clashing = clashes(faults)
  if (clashing.length > 0)
    complain(input, clashing, ['Make them one fault, or let one end before the other.'])
  const tooFar = beyondBlastRadius(scenario, faults)
  if (tooFar.length > 0) complain(input, tooFar, [shareHint])
  const dip = phases.find(({name}) => name === 'dip')
  const low = dip && {...dip, share: scenario.phases.dip?.to ?? 1}
  const streams = scenario.load.streams.map(({name, profile}) => ({
    name,
    rates: dipped(ratesOf(profile, durationMs), low),
  }))
  const rates = sumOfRates(streams.map((stream) => stream.rates))
  return {scenario, target, seed, switches, phases, rates, streams, faults, durationMs}
}
