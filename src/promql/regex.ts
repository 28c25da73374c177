import {caseInsensitiveChar, caseInsensitiveClass, posixClass} from './regex-class.js'

interface Flags {
  ignoreCase: boolean
  dotAll: boolean
  multiline: boolean
}

/** Reads RE2 and writes JavaScript; `at` is where reading goes on. */
interface Translation {
  source: string
  at: number
  flags: Flags
  /** The flags to return to at each closing parenthesis. */
  outer: Flags[]
}

const fail = (message: string, source: string): never => {
  throw new Error(`${message}: \`${source}\``)
}

const syntaxCharacter = /[\^$\\.*+?()[\]{}|/]/
const sameEscape = /[dDsSwWbBfnrtv]/

const escaped = (state: Translation): string => {
  const next = state.source[state.at + 1]
  if (next === undefined) return fail('trailing backslash', state.source)
  const rest = state.source.slice(state.at)
  const property = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(rest)
  const code = /^\\x(?:\{([\da-fA-F]+)\}|([\da-fA-F]{2}))/.exec(rest)
  const literal = /^\\Q(.*?)(?:\\E|$)/s.exec(rest)
  state.at += (property ?? code ?? literal)?.[0].length ?? 2
  if (literal) return [...(literal[1] ?? '')].map((char) => character(char, state)).join('')
  if (code) return `\\u{${code[1] ?? code[2]}}`
  if (property) {
    const negated = (property[1] === 'P') !== (property[2] === '^')
    return `\\${negated ? 'P' : 'p'}{${propertyName(property[3] ?? property[4] ?? '')}}`
  }
  if (next === 'A') return '(?<![\\s\\S])'
  if (next === 'z') return '(?![\\s\\S])'
  if (next === 'a') return '\\x07'
  if (sameEscape.test(next)) return `\\${next}`
  if (/[\da-zA-Z]/.test(next)) return fail('invalid escape sequence', `\\${next}`)
  return character(next, state)
}

/** Scripts are named plainly in RE2, general categories have one or two letters. */
const propertyName = (name: string): string => (name.length > 2 ? `Script=${name}` : name)

/** One literal character, in both cases where case does not matter. */
const character = (char: string, {flags}: Translation): string => {
  if (syntaxCharacter.test(char)) return `\\${char}`
  return flags.ignoreCase ? caseInsensitiveChar(char) : char
}

const flagsAfter = (flags: Flags, letters: string): Flags => {
  const changed = {...flags}
  let on = true
  for (const letter of letters) {
    if (letter === '-') on = false
    else if (letter === 'i') changed.ignoreCase = on
    else if (letter === 's') changed.dotAll = on
    else if (letter === 'm') changed.multiline = on
    else fail('unsupported flag', letter)
  }
  return changed
}

const opened = (state: Translation): string => {
  const rest = state.source.slice(state.at)
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest)
  const flagged = /^\(\?([a-zA-Z-]*)([:)])/.exec(rest)
  if (!named && !flagged && rest.startsWith('(?')) return fail('invalid or unsupported Perl syntax', rest)
  state.at += (named ?? flagged)?.[0].length ?? 1
  const inner = flagged ? flagsAfter(state.flags, flagged[1] ?? '') : state.flags
  if (flagged?.[2] !== ')') state.outer.push(state.flags)
  state.flags = inner
  if (named) return `(?<${named[1]}>`
  // `(?i)` alone holds until the end of the group around it.
  return flagged ? (flagged[2] === ')' ? '' : '(?:') : '('
}

const closed = (state: Translation): string => {
  state.flags = state.outer.pop() ?? fail('unexpected )', state.source)
  state.at++
  return ')'
}

const characterClass = (state: Translation): string => {
  const rest = state.source.slice(state.at)
  const found = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/.exec(rest)
  if (!found) return fail('missing closing ]', rest)
  state.at += found[0].length
  const negated = found[0].startsWith('[^')
  const inner = found[0].slice(negated ? 2 : 1, -1)
  const body = posixClass(inner)
  return `[${negated ? '^' : ''}${state.flags.ignoreCase ? caseInsensitiveClass(body) : body}]`
}

const anchorsAndDot = (char: string, flags: Flags): string => {
  if (char === '.') return flags.dotAll ? '[\\s\\S]' : '[^\\n]'
  if (char === '^') return flags.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])'
  return flags.multiline ? '(?![^\\n])' : '(?![\\s\\S])'
}

const step = (state: Translation): string => {
  const char = String.fromCodePoint(state.source.codePointAt(state.at) ?? 0)
  if (char === '\\') return escaped(state)
  if (char === '(') return opened(state)
  if (char === ')') return closed(state)
  if (char === '[') return characterClass(state)
  const repeat = /^\{\d+(?:,\d*)?\}/.exec(state.source.slice(state.at, state.at + 16))
  state.at += repeat?.[0].length ?? char.length
  if (repeat) return repeat[0]
  if (char === '.' || char === '^' || char === '$') return anchorsAndDot(char, state.flags)
  if (char === '*' || char === '+' || char === '?' || char === '|') return char
  return character(char, state)
}

/**
 * An RE2 pattern, as Prometheus takes it, in JavaScript's syntax (for the flags `u` and `s`): inline flags are
 * spelled out, as JavaScript has none. Throws Error for what RE2 does not know either (look-around, back-references).
 */
export const translateRegex = (source: string): string => {
  const flags: Flags = {ignoreCase: false, dotAll: true, multiline: false}
  const state: Translation = {source, at: 0, flags, outer: []}
  let result = ''
  while (state.at < source.length) result += step(state)
  if (state.outer.length > 0) fail('missing closing )', source)
  try {
    new RegExp(result, 'u')
  } catch {
    fail('invalid pattern', source)
  }
  return result
}

/** A regular expression that must match a whole text, with `.` matching newlines too. */
export const anchored = (source: string): RegExp => new RegExp(`^(?:${translateRegex(source)})$`, 'us')
