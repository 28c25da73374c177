import {z} from 'zod'
import type {Json} from '../system/json.js'
import {closest, orKnown} from './suggest.js'
import {shown} from './units.js'

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Anything: what YAML reads is JSON already. */
export const anyJson = z.custom<Json>((value) => value !== undefined, {error: 'missing'})

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

/** One line per key, in the order of `issue.keys`; `others` are keys that the mapping may have besides its schema's. */
export const unknownKeys = (
  issue: z.core.$ZodRawIssue,
  others: readonly string[] = [],
): string | undefined => {
  if (issue.code !== 'unrecognized_keys') return undefined
  const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : []
  return issue.keys.map((key) => `unknown key "${key}"${orKnown(key, [...known, ...others])}`).join('\n')
}

/** Words for zod's own issues. */
export const sentence = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue)
  if (issue.code === 'invalid_type') {
    const expected = kinds[issue.expected] ?? issue.expected
    return issue.input === undefined
      ? `missing: expected ${expected}`
      : `expected ${expected}, got ${shown(issue.input)}`
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => JSON.stringify(value))
    const near = typeof issue.input === 'string' ? closest(issue.input, issue.values.map(String)) : undefined
    const hint = near === undefined ? '' : `: did you mean "${near}"?`
    return `expected ${values.length === 1 ? '' : 'one of '}${values.join(', ')}, got ${shown(issue.input)}${hint}`
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'array' || issue.origin === 'object') return `needs at least ${issue.minimum} entry`
    if (issue.origin === 'string') return 'must not be empty'
    return `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}, got ${shown(issue.input)}`
  }
  return undefined
}

/**
 * The variants of each schema made by `byKey`, for the JSON Schema: a transform does not show them.
 * Filed under the definition, which the copy that `describe` makes shares.
 */
export const variantsOf = new WeakMap<object, readonly z.ZodType[]>()

/** Which of these keys the mapping has, or what to say when it is not exactly one. */
const chooseKey = (what: string, value: unknown, names: string[]): {key: string} | {problem: string} => {
  const choice = names.map((name) => `"${name}"`).join(', ')
  if (value === undefined) return {problem: `missing: expected ${what} with one of ${choice}`}
  if (!isRecord(value)) return {problem: `expected ${what} with one of ${choice}, got ${shown(value)}`}
  const [key, ...more] = names.filter((name) => Object.hasOwn(value, name))
  if (more.length > 0)
    return {problem: `${what} takes only one of ${choice}; found ${[key, ...more].join(' and ')}`}
  if (key !== undefined) return {key}
  const slip = Object.keys(value)
    .map((own) => ({own, near: closest(own, names)}))
    .find(({near}) => near !== undefined)
  const hint = slip === undefined ? '' : `: did you mean "${slip.near}" by "${slip.own}"?`
  return {problem: `${what} needs one of ${choice}${hint}`}
}

/**
 * A mapping whose kind is told by which one of these keys it has.
 * A plain union would answer a slip in one variant with the complaints of all of them.
 */
export const byKey = <V extends Record<string, z.ZodType>>(what: string, variants: V) => {
  const schema = z.unknown().transform((value, context): z.output<V[keyof V]> => {
    const choice = chooseKey(what, value, Object.keys(variants))
    if ('problem' in choice) {
      context.addIssue({code: 'custom', message: choice.problem})
      return z.NEVER
    }
    const result = variants[choice.key]?.safeParse(value, {error: sentence})
    if (result?.success) return result.data as z.output<V[keyof V]> // The variant of that very key parsed it.
    for (const issue of result?.error.issues ?? []) context.addIssue({...issue})
    return z.NEVER
  })
  variantsOf.set(schema._zod.def, Object.values(variants))
  return schema
}
