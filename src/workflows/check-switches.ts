import {UserError} from '../errors.js'
import type {Scenario, Switches} from '../scenarios/scenario.js'
import {switchProblems} from '../scenarios/switch-check.js'
import {referenceSwitches} from '../targets/reference-switches.js'

/**
 * Refuses switches that the target does not have, before anything is started. Only those of the reference deployment are
 * known without asking it; another target says at the start of the run. Throws UserError.
 */
export const checkSwitches = async (
  scenario: Scenario,
  {target = scenario.target, switches}: {target?: string | undefined; switches: Switches},
): Promise<void> => {
  if (target !== 'reference') return
  const sets = scenario.faults.some(({fault}) => fault === 'switch')
  const named = {...scenario.switches, ...scenario.counterfactual?.switches, ...switches}
  if (!sets && Object.keys(named).length === 0) return
  const problems = switchProblems(scenario, switches, await referenceSwitches())
  if (problems.length === 0) return
  throw new UserError([`Scenario ${scenario.name} does not fit target reference`, ...problems].join('\n  '), {
    hint: 'With the deployment up, shakedown status lists its switches.',
  })
}
