import type {Engine} from '../engines/engine.js'
import {checkFit} from '../engines/fit.js'
import {loadEngine} from '../engines/index.js'
import type {Scenario} from '../scenarios/scenario.js'
import {folderOf} from './open-target.js'

/**
 * The engine of an experiment, `asked` being one in place of the scenario's own, and the scenario that names it.
 * Throws UserError when there is none, and when it cannot make this load: before anything is started for it.
 */
export const engineAsked = async (
  scenario: Scenario,
  path: string,
  asked: string | undefined,
): Promise<{engine: Engine; scenario: Scenario}> => {
  const name = asked ?? scenario.load.engine
  // A path on the command line is relative to where the user is, one in the file to the file.
  const engine = await loadEngine(name, asked === undefined ? folderOf(path) : process.cwd())
  checkFit(name, engine, scenario.load)
  return {engine, scenario: {...scenario, load: {...scenario.load, engine: name}}}
}
