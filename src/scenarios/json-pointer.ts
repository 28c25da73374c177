import type {Json} from '../system/json.js'

/** What is wrong with a JSON pointer; nothing when it is right. */
export const pointerProblem = (pointer: string): string | undefined => {
  if (pointer !== '' && !pointer.startsWith('/'))
    return `a JSON pointer starts with "/": "/${pointer.replaceAll('.', '/')}"?`
  if (/~(?![01])/.test(pointer)) return 'in a JSON pointer "~" is written "~0", and "/" inside a name "~1"'
  return undefined
}

/** The keys of a pointer: `/a~1b/0` is `a/b`, then `0`; the empty pointer has none and is the whole value. */
export const pointerKeys = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

const index = /^(0|[1-9]\d*)$/

/**
 * What a value holds where the keys of a pointer lead; undefined when there is nothing.
 *
 * Source: RFC 6901, sections 3 and 4.
 */
export const valueAt = (value: Json, keys: readonly string[]): Json | undefined => {
  let inner: Json | undefined = value
  for (const key of keys) {
    if (Array.isArray(inner)) inner = index.test(key) ? inner[Number(key)] : undefined
    else if (typeof inner === 'object' && inner !== null)
      inner = Object.hasOwn(inner, key) ? inner[key] : undefined
    else return undefined
  }
  return inner
}
