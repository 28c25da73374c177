import {UserError} from '../errors.js'
import type {Engine} from './engine.js'

/** Every load engine by the name that the user types. */
export const engines = {
  pacer: () => import('./pacer.js'),
  autocannon: () => import('./autocannon.js'),
} as const satisfies Record<string, () => Promise<{default: Engine}>>

const isEngine = (name: string): name is keyof typeof engines => Object.hasOwn(engines, name)

/** Loads an engine; throws UserError for an unknown name. */
export const loadEngine = async (name: string): Promise<Engine> => {
  if (!isEngine(name)) {
    throw new UserError(`There is no load engine "${name}"`, {
      hint: `Engines are: ${Object.keys(engines).join(', ')}.`,
    })
  }
  const {default: engine} = await engines[name]()
  return engine
}
