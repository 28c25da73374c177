import {z} from 'zod'
import {ScriptFile} from '../files/script-file.js'
import type {ScriptSpec} from '../scenario.js'

/** A path as written, or the file that was found there. */
const file = z
  .custom<string | ScriptFile>((value) => typeof value === 'string' || value instanceof ScriptFile, {
    error: 'expected the path of a script',
  })
  .meta({type: 'string'})
  .describe('A script of the engine (of k6), from the folder of the scenario.')

const text = z
  .union([z.string(), z.number(), z.boolean()], {error: 'expected text, or a number'})
  .transform(String)

const env = z.record(z.string(), text).default({}).describe('Variables for the script: `__ENV.NAME` in k6.')

/** A script of the engine's own, in place of requests. */
export const script = z
  .union([file, z.strictObject({file, env})], {
    error: 'expected the path of a script, or {file: ./checkout.js, env: {BASE_URL: …}}',
  })
  .transform((value): ScriptSpec => {
    const {file, env} =
      typeof value === 'string' || value instanceof ScriptFile ? {file: value, env: {}} : value
    // Still a path: it was not read, for which there is a problem already, or only the text of the scenario is.
    const {path, sha256} = typeof file === 'string' ? {path: file, sha256: ''} : file
    return {path, sha256, env}
  })
  .superRefine(({env}, {addIssue}) => {
    for (const name of Object.keys(env)) {
      const message = /^K6_/.test(name)
        ? 'K6_… would change k6 itself, not the script'
        : 'expected the name of a variable: letters, digits and _'
      if (/^K6_/.test(name) || !/^[A-Za-z_]\w*$/.test(name))
        addIssue({code: 'custom', path: ['env', name], message})
    }
  })
