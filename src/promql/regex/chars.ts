import {type ClassItem, escapedChar, propertyAt, shorthandAt} from './escapes.js'
import {type CharTest, charAt, type Reader, RegexError, type RegexNode} from './tree.js'

const posix: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

const member = (inside: string, ignoreCase: boolean): CharTest => {
  // JavaScript folds case under `u` by the same table as RE2. Results are remembered where speed matters.
  const pattern = new RegExp(`^[${inside}]$`, ignoreCase ? 'iu' : 'u')
  return (code) => pattern.test(String.fromCodePoint(code))
}

const escaped = (code: number): string => `\\u{${code.toString(16)}}`

/** One literal character, in both cases where case does not matter. */
export const literal = (code: number, ignoreCase: boolean): RegexNode => {
  const char = String.fromCodePoint(code)
  const cased = ignoreCase && (char.toLowerCase() !== char || char.toUpperCase() !== char)
  if (cased) return {kind: 'char', test: member(escaped(code), true)}
  return {kind: 'char', test: (other) => other === code, only: code}
}

/** Any of the items; with `negated`, none of them. */
export const anyOf = (items: ClassItem[], negated: boolean, ignoreCase: boolean): RegexNode => {
  const plain = items.filter((item) => !item.negated).map(({inside}) => inside)
  const isPlain = plain.length > 0 ? member(plain.join(''), ignoreCase) : () => false
  const others = items.filter((item) => item.negated).map(({inside}) => member(inside, ignoreCase))
  return {
    kind: 'char',
    test: (code) => (isPlain(code) || others.some((other) => !other(code))) !== negated,
  }
}

const posixAt = (reader: Reader): ClassItem | undefined => {
  const {source, at} = reader
  const end = source.startsWith('[:', at) ? source.indexOf(':]', at + 2) : -1
  if (end < 0) return undefined
  const whole = source.slice(at, end + 2)
  const [, not, name = ''] = /^\[:(\^?)(.*):\]$/s.exec(whole) ?? []
  const inside = Object.hasOwn(posix, name) ? posix[name] : undefined
  if (inside === undefined) throw new RegexError('invalid character class range', whole)
  reader.at = end + 2
  return {inside, negated: not === '^'}
}

const classChar = (reader: Reader, start: number): number => {
  const char = charAt(reader.source, reader.at)
  if (char === '') throw new RegexError('missing closing ]', reader.source.slice(start))
  if (char === '\\') return escapedChar(reader)
  reader.at += char.length
  return char.codePointAt(0) ?? 0
}

const rangeAt = (reader: Reader, start: number): ClassItem => {
  const from = reader.at
  const low = classChar(reader, start)
  let high = low
  const next = reader.source[reader.at + 1]
  if (reader.source[reader.at] === '-' && next !== undefined && next !== ']') {
    reader.at++
    high = classChar(reader, start)
  }
  if (high < low) {
    throw new RegexError('invalid character class range', reader.source.slice(from, reader.at))
  }
  return {inside: low === high ? escaped(low) : `${escaped(low)}-${escaped(high)}`, negated: false}
}

/** `[a-z_]`, `[^[:digit:]\s]`, read from the bracket on. A bracket that closes at once is a member. */
export const characterClass = (reader: Reader): RegexNode => {
  const start = reader.at
  const negated = reader.source[start + 1] === '^'
  reader.at += negated ? 2 : 1
  const items: ClassItem[] = []
  while (items.length === 0 || reader.source[reader.at] !== ']') {
    items.push(posixAt(reader) ?? propertyAt(reader) ?? shorthandAt(reader) ?? rangeAt(reader, start))
  }
  reader.at++
  return anyOf(items, negated, reader.flags.ignoreCase)
}
