import {UserError} from '../errors.js'
import type {Scenario} from '../scenarios/scenario.js'

/** What names a cluster, or where things are. */
interface Asked {
  target?: string | undefined
  engine?: string | undefined
  context?: string | undefined
}

/**
 * Refuses a context of a cluster where neither the target nor the load is in one: whoever names it believes that the run
 * is there. Throws UserError.
 */
export const checkContext = (
  {target: named, load}: Pick<Scenario, 'target' | 'load'>,
  {target = named, engine = load.engine, context}: Asked,
): void => {
  if (context === undefined || target !== 'reference') return
  if (load.on !== undefined || engine === 'k6-operator') return
  throw new UserError(`Target reference is in no cluster: --context ${context} changes nothing`, {
    hint: 'Leave it out, or name the target file of one: --target FILE.',
  })
}
