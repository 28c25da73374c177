import {existsSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join, resolve} from 'node:path'
import {pathToFileURL} from 'node:url'
import {messageOf, UserError} from '../errors.js'
import {checkedLoad} from './checked-load.js'
import type {Engine, PreparedLoad} from './engine.js'
import {featuresInWords} from './fit.js'

const isPath = (name: string): boolean => /^\.{0,2}[\\/]|^[A-Za-z]:[\\/]/.test(name)

/** Where somebody else's engine is, as a URL to import; nothing when there is no such file or package. */
export const findThirdParty = (name: string, folder: string): string | undefined => {
  if (isPath(name)) {
    const path = resolve(folder, name)
    return existsSync(path) ? pathToFileURL(path).href : undefined
  }
  // A name with other signs is no package; Node's own modules are no engines.
  if (!/^(@[\w.-]+\/)?[\w-][\w.-]*$/.test(name)) return undefined
  // From the folder of the scenario first; Shakedown's own neighbours when it is installed beside the engine.
  for (const base of [join(resolve(folder), 'x.js'), import.meta.url]) {
    try {
      const found = createRequire(base).resolve(name)
      if (found !== name) return pathToFileURL(found).href
    } catch {
      // Not to be found from there.
    }
  }
  return undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isFunction = (value: object, key: string): boolean => typeof Reflect.get(value, key) === 'function'

/** What keeps a value from being an engine, one sentence each. */
const lacksOf = (value: unknown): string[] => {
  if (!isObject(value)) return ['the module has no default export that is an engine']
  const [summary, loop, can] = ['summary', 'loop', 'can'].map((key): unknown => Reflect.get(value, key))
  const known = Object.keys(featuresInWords)
  const unknown = Array.isArray(can) ? can.filter((one) => !known.includes(String(one))) : []
  return [
    ...(typeof summary === 'string' && summary !== '' ? [] : ['"summary" must say what it does']),
    ...(loop === 'open' || loop === 'closed' ? [] : ['"loop" must be "open" or "closed"']),
    ...(Array.isArray(can) ? [] : ['"can" must be a list of what it can do']),
    ...unknown.map((one) => `"can" holds ${JSON.stringify(one)} (known: ${known.join(', ')})`),
    ...(isFunction(value, 'prepare') ? [] : ['"prepare" must be a function']),
  ]
}

const isEngine = (value: unknown): value is Engine => lacksOf(value).length === 0

const isPreparedLoad = (value: unknown): value is PreparedLoad =>
  isObject(value) && ['run', 'stop', 'close'].every((key) => isFunction(value, key))

/** The engine, with what it prepares under supervision: a run must not find out in its middle that it cannot stop it. */
const checked = (name: string, engine: Engine): Engine => ({
  summary: engine.summary,
  loop: engine.loop,
  can: engine.can,
  ...(engine.needs === undefined ? {} : {needs: String(engine.needs)}),
  ...(engine.example === undefined ? {} : {example: String(engine.example)}),
  ...(isFunction(engine, 'check') ? {check: (plan) => engine.check?.(plan)} : {}),
  prepare: (plan, options) =>
    checkedLoad(name, plan, options, async (watched) => {
      const load: unknown = await engine.prepare(plan, watched)
      if (isPreparedLoad(load)) return load
      throw new UserError(`The engine ${name} prepared no load`, {
        hint: 'Its prepare() must resolve with an object of three functions: run, stop and close.',
      })
    }),
})

/** Imports somebody else's engine, which runs its code. Throws UserError with everything that it lacks. */
export const loadThirdParty = async (name: string, url: string): Promise<Engine> => {
  let module: {default?: unknown}
  try {
    module = await import(url)
  } catch (cause) {
    throw new UserError(`The engine ${name} cannot be loaded: ${messageOf(cause)}`, {
      hint: 'It must be a JavaScript module that this Node can import.',
      cause,
    })
  }
  const {default: engine} = module
  if (isEngine(engine)) return checked(name, engine)
  throw new UserError([`${name} is not a load engine`, ...lacksOf(engine)].join('\n  '), {
    hint: 'What an engine must have is in docs/engines.md.',
  })
}
