import {charAt, type Reader, RegexError} from './tree.js'

const control: Record<string, number> = {a: 7, f: 12, n: 10, r: 13, t: 9, v: 11}
const octal = /(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/y
const hexadecimal = /x(?:\{([\da-fA-F]+)\}|([\da-fA-F]{2}))/y

const matchAt = (pattern: RegExp, {source, at}: Reader): RegExpExecArray | null => {
  pattern.lastIndex = at + 1
  return pattern.exec(source)
}

/** The character that an escape stands for (`\.`, `\n`, `\x41`, `\101`), read from the backslash on. */
export const escapedChar = (reader: Reader): number => {
  const {source, at} = reader
  const next = charAt(source, at + 1)
  if (next === '') throw new RegexError('trailing backslash at end of expression', '')
  const digits = matchAt(octal, reader)
  const hex = matchAt(hexadecimal, reader)
  const code = hex && Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
  reader.at += 1 + (digits ?? hex ?? [next])[0].length
  if (digits) return Number.parseInt(digits[0], 8)
  if (code !== null && code <= 0x10ffff) return code
  const known = control[next]
  if (known !== undefined) return known
  const ascii = next.charCodeAt(0)
  if (ascii < 128 && !/[\dA-Za-z]/.test(next)) return ascii
  throw new RegexError(
    'invalid escape sequence',
    next === 'x' ? badHex(source.slice(at), code) : source.slice(at, reader.at),
  )
}

/** As far as Go reads before it gives up. */
const badHex = (rest: string, code: number | null): string => {
  if (code !== null) return rest.slice(0, rest.indexOf('}'))
  return /^\\x(?:\{[\da-fA-F]*.?|.{0,2})/su.exec(rest)?.[0] ?? rest
}

/** One part of a character class, as the inside of a JavaScript class; `negated` takes all others. */
export interface ClassItem {
  inside: string
  negated: boolean
}

const shorthands: Record<string, string> = {d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_'}

/** `\d`, `\S` and so on, which mean ASCII only. */
export const shorthandAt = (reader: Reader): ClassItem | undefined => {
  if (reader.source[reader.at] !== '\\') return undefined
  const letter = reader.source[reader.at + 1] ?? ''
  const inside = Object.hasOwn(shorthands, letter.toLowerCase())
    ? shorthands[letter.toLowerCase()]
    : undefined
  if (inside === undefined) return undefined
  reader.at += 2
  return {inside, negated: letter !== letter.toLowerCase()}
}

/** Scripts are named plainly in RE2, general categories have one or two letters. */
const propertyOf = (name: string): string | undefined => {
  const property = name === 'Any' ? '\\p{Any}' : `\\p{${name.length > 2 ? `Script=${name}` : name}}`
  try {
    new RegExp(property, 'u')
    return property
  } catch {
    return undefined
  }
}

/** `\pL`, `\p{Greek}`, `\P{^Lu}`. */
export const propertyAt = (reader: Reader): ClassItem | undefined => {
  const {source, at} = reader
  const letter = source[at + 1]
  if (source[at] !== '\\' || (letter !== 'p' && letter !== 'P')) return undefined
  const end = source[at + 2] === '{' ? source.indexOf('}', at) : at + 1 + charAt(source, at + 2).length
  if (end < 0 || end < at + 2) throw new RegexError('invalid character class range', source.slice(at))
  const whole = source.slice(at, end + 1)
  const written = source[at + 2] === '{' ? whole.slice(3, -1) : whole.slice(2)
  const turned = written.startsWith('^')
  const inside = propertyOf(turned ? written.slice(1) : written)
  if (inside === undefined) throw new RegexError('invalid character class range', whole)
  reader.at = end + 1
  return {inside, negated: (letter === 'P') !== turned}
}
