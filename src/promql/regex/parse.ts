import {anyOf, characterClass, literal} from './chars.js'
import {escapedChar, propertyAt, shorthandAt} from './escapes.js'
import {type Assertion, charAt, type Flags, type Reader, RegexError, type RegexNode} from './tree.js'

/** As deep as Go's parser goes. */
const deepest = 1000
const mostRepeats = 1000

const letters: Record<string, keyof Flags> = {i: 'ignoreCase', s: 'dotAll', m: 'multiline', U: 'ungreedy'}

const flagsAfter = (flags: Flags, written: string): Flags => {
  const changed = {...flags}
  let on = true
  for (const letter of written) {
    const flag = letters[letter]
    if (flag) changed[flag] = on
    else on = false
  }
  return changed
}

const perlError = (reader: Reader): RegexError => {
  const rest = reader.source.slice(reader.at)
  const [named, closed] = /^\(\?P?<[^>]*(>?)/.exec(rest) ?? []
  if (named !== undefined) return new RegexError('invalid named capture', closed ? named : rest)
  const [read = rest] = /^\(\?[imsU]*(?:-(?:[imsU]+.?|.?)|.?)/su.exec(rest) ?? []
  return new RegexError('invalid or unsupported Perl syntax', read)
}

const namedForm = /\(\?P?<(\w+)>/y
const flagForm = /\(\?([imsU]*(?:-[imsU]+)?)([:)])/y

const matchAt = (pattern: RegExp, {source, at}: Reader): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(source)
}

/** `(...)`, `(?:...)`, `(?P<name>...)`, `(?i:...)`; `(?i)` alone is nothing, but changes what follows. */
const group = (reader: Reader, depth: number): RegexNode[] => {
  const named = matchAt(namedForm, reader)
  const flagged = named ? null : matchAt(flagForm, reader)
  if (!named && !flagged && reader.source[reader.at + 1] === '?') throw perlError(reader)
  reader.at += (named ?? flagged)?.[0].length ?? 1
  const outer = reader.flags
  if (flagged) reader.flags = flagsAfter(outer, flagged[1] ?? '')
  if (flagged?.[2] === ')') return []
  const index = flagged ? 0 : ++reader.groups
  const of = choice(reader, depth + 1)
  if (reader.source[reader.at] !== ')') throw new RegexError('missing closing )', reader.source)
  reader.at++
  reader.flags = outer
  if (flagged) return [of]
  return [{kind: 'group', of, index, ...(named?.[1] !== undefined && {name: named[1]})}]
}

const assertions: Record<string, Assertion> = {
  A: 'text-start',
  z: 'text-end',
  b: 'word-edge',
  B: 'no-word-edge',
}

/** `\Q...\E`: every character means itself. */
const quotedText = (reader: Reader): RegexNode[] => {
  const end = reader.source.indexOf('\\E', reader.at)
  const text = reader.source.slice(reader.at + 2, end < 0 ? undefined : end)
  reader.at = end < 0 ? reader.source.length : end + 2
  return [...text].map((char) => literal(char.codePointAt(0) ?? 0, reader.flags.ignoreCase))
}

const escaped = (reader: Reader): RegexNode => {
  const next = reader.source[reader.at + 1] ?? ''
  const what = assertions[next]
  if (what) {
    reader.at += 2
    return {kind: 'assert', what}
  }
  const item = propertyAt(reader) ?? shorthandAt(reader)
  if (item) return anyOf([item], false, reader.flags.ignoreCase)
  return literal(escapedChar(reader), reader.flags.ignoreCase)
}

const repeatForm = /(?:([*+?])|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})(\??)/y

const single = (reader: Reader): RegexNode => {
  const char = charAt(reader.source, reader.at)
  if (char === '[') return characterClass(reader)
  if (char === '\\') return escaped(reader)
  reader.at += char.length
  const {multiline, dotAll, ignoreCase} = reader.flags
  if (char === '.') return {kind: 'char', test: dotAll ? () => true : (code) => code !== 10}
  if (char === '^') return {kind: 'assert', what: multiline ? 'line-start' : 'text-start'}
  if (char === '$') return {kind: 'assert', what: multiline ? 'line-end' : 'text-end'}
  return literal(char.codePointAt(0) ?? 0, ignoreCase)
}

const atom = (reader: Reader, depth: number): RegexNode[] =>
  reader.source[reader.at] === '(' ? group(reader, depth) : [single(reader)]

/** How often the innermost part is repeated, counted repetitions inside each other multiplied. */
const repeatsOf = (node: RegexNode): number => {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return 1
    case 'group':
      return repeatsOf(node.of)
    case 'sequence':
      return Math.max(1, ...node.parts.map(repeatsOf))
    case 'choice':
      return Math.max(1, ...node.options.map(repeatsOf))
    case 'repeat': {
      const times = Number.isFinite(node.max) ? node.max : node.min
      return Math.max(1, times) * repeatsOf(node.of)
    }
  }
}

const limitsOf = ([, sign, low, comma, high]: RegExpExecArray): {min: number; max: number} => {
  if (sign !== undefined) return {min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY}
  const min = Number(low)
  return {min, max: comma === undefined ? min : high === undefined ? Number.POSITIVE_INFINITY : Number(high)}
}

/** `previous`: the repetition right before this one, which cannot be repeated itself. */
const repeated = (
  of: RegexNode | undefined,
  form: RegExpExecArray,
  previous: string,
  {flags}: Reader,
): RegexNode => {
  const [whole, , , , , lazy = ''] = form
  const {min, max} = limitsOf(form)
  const tooMany = min > mostRepeats || (Number.isFinite(max) && (max > mostRepeats || min > max))
  if (tooMany) throw new RegexError('invalid repeat count', whole.slice(0, whole.length - lazy.length))
  if (previous !== '') throw new RegexError('invalid nested repetition operator', previous + whole)
  if (!of) throw new RegexError('missing argument to repetition operator', whole)
  const node: RegexNode = {kind: 'repeat', of, min, max, greedy: (lazy === '') !== flags.ungreedy}
  if (repeatsOf(node) > mostRepeats) throw new RegexError('invalid repeat count', whole)
  return node
}

const sequence = (reader: Reader, depth: number): RegexNode => {
  const parts: RegexNode[] = []
  let previous = ''
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] ?? '')) {
    const form = matchAt(repeatForm, reader)
    // A repetition is of the last part only: of the `b` in `\Qab\E+`, and of the `a` in `a(?i)+`.
    if (form) {
      parts.push(repeated(parts.pop(), form, previous, reader))
      reader.at += form[0].length
    } else if (reader.source.startsWith('\\Q', reader.at)) parts.push(...quotedText(reader))
    else parts.push(...atom(reader, depth))
    previous = form?.[0] ?? ''
  }
  const [only] = parts
  return only && parts.length === 1 ? only : {kind: 'sequence', parts}
}

const choice = (reader: Reader, depth: number): RegexNode => {
  if (depth > deepest) throw new RegexError('expression nests too deeply', reader.source)
  const options = [sequence(reader, depth)]
  while (reader.source[reader.at] === '|') {
    reader.at++
    options.push(sequence(reader, depth))
  }
  const [only] = options
  return only && options.length === 1 ? only : {kind: 'choice', options}
}

/** Reads an RE2 pattern as Prometheus takes it: `.` matches newlines. Throws RegexError. */
export const parseRegex = (source: string): {root: RegexNode; groups: number} => {
  const flags: Flags = {ignoreCase: false, dotAll: true, multiline: false, ungreedy: false}
  const reader: Reader = {source, at: 0, flags, groups: 0}
  const root = choice(reader, 0)
  if (reader.at < source.length) throw new RegexError('unexpected )', source)
  return {root, groups: reader.groups}
}
