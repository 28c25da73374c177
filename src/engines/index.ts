import {UserError} from '../errors.js'
import {orKnown} from '../scenarios/suggest.js'
import type {Engine} from './engine.js'
import {findThirdParty, loadThirdParty} from './third-party.js'

/** Every load engine that comes with Shakedown, by the name that the user types. */
export const engines = {
  pacer: () => import('./pacer.js'),
  autocannon: () => import('./autocannon.js'),
  k6: () => import('./k6.js'),
  'k6-operator': () => import('./k6-operator.js'),
} as const satisfies Record<string, () => Promise<{default: Engine}>>

const isOurs = (name: string): name is keyof typeof engines => Object.hasOwn(engines, name)

/**
 * Loads an engine: one of ours by name, somebody else's by package name or path. Paths and packages are looked for from
 * `folder`. Throws UserError when there is none, or when it is not an engine.
 */
export const loadEngine = async (name: string, folder = '.'): Promise<Engine> => {
  if (isOurs(name)) return (await engines[name]()).default
  const url = findThirdParty(name, folder)
  if (url !== undefined) return await loadThirdParty(name, url)
  throw new UserError(`There is no load engine "${name}"${orKnown(name, Object.keys(engines))}`, {
    hint: 'Name one that `shakedown engines` lists, an installed package, or the path of a file (./my-engine.js).',
  })
}
