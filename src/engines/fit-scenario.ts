import {UserError} from '../errors.js'
import {error, type Finding} from '../scenarios/findings.js'
import type {Scenario} from '../scenarios/scenario.js'
import {misfitsOf} from './fit.js'
import {loadEngine} from './index.js'

/** What the engine of a scenario cannot do of its load, or that there is no such engine; paths count from `folder`. */
export const fitOfEngine = async ({load}: Scenario, folder: string): Promise<Finding[]> => {
  try {
    const engine = await loadEngine(load.engine, folder)
    return misfitsOf(load.engine, engine, load).map(({path, message}) => error(path, message))
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause
    return [error(['load', 'engine'], cause.message)]
  }
}
