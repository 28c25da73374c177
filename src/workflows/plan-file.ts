import {describePlan} from '../plan/describe.js'
import type {Plan} from '../plan/plan.js'
import {planExperiment} from '../run/experiment.js'
import {loadScenario} from '../scenarios/load.js'
import {formatProblem} from '../scenarios/problems.js'
import {parseSwitchFlags} from '../scenarios/switch-flags.js'
import {checkContext} from './check-context.js'
import {checkSwitches} from './check-switches.js'
import {loadVocabulary} from './vocabulary.js'

/** The flags of `plan`, as parsed. */
export interface PlanFlags {
  target?: string | undefined
  engine?: string | undefined
  context?: string | undefined
  seed?: number | undefined
  counterfactual: boolean
  switch?: string[] | undefined
}

/** What a run of this file would do, as data and as text; starts nothing. Throws UserError when it cannot be planned. */
export const planFile = async (
  path: string,
  {target, engine, context, seed, counterfactual, switch: switches = []}: PlanFlags,
  signal: AbortSignal,
): Promise<{plan: Plan; text: string}> => {
  const {scenario, source, warnings} = await loadScenario(path, await loadVocabulary())
  const asked = {target, engine, context, seed, counterfactual, switches: parseSwitchFlags(switches)}
  checkContext(scenario, asked)
  await checkSwitches(scenario, asked)
  const plan = await planExperiment({scenario, source, ...asked, outputDir: ''}, signal)
  const notes = warnings.map((warning) => `Warning: ${formatProblem(warning)}`)
  return {plan, text: [describePlan(plan), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')}
}
