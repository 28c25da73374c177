import {createAutomaton} from './regex/automaton.js'
import {capturesOf} from './regex/captures.js'
import {parseRegex} from './regex/parse.js'
import {compile} from './regex/program.js'
import type {RegexNode} from './regex/tree.js'

export {RegexError} from './regex/tree.js'

/** What the groups of a pattern held; 0 is the whole text. Undefined where a group took no part. */
export interface RegexMatch {
  groups: readonly (string | undefined)[]
  named(name: string): string | undefined
}

/** A pattern that must match a whole text. Time grows with the text's length times the pattern's, and no faster. */
export interface Regex {
  test(text: string): boolean
  match(text: string): RegexMatch | undefined
}

/** The one text that a part means, when it is only one. */
const textOf = (node: RegexNode): string | undefined => {
  if (node.kind === 'char') return node.only === undefined ? undefined : String.fromCodePoint(node.only)
  if (node.kind === 'group') return textOf(node.of)
  if (node.kind !== 'sequence') return undefined
  const parts = node.parts.map(textOf)
  return parts.includes(undefined) ? undefined : parts.join('')
}

/** The texts that `a|b|c` means: alternatives by the thousand are common, and a set is all they need. */
const textsOf = (node: RegexNode): Set<string> | undefined => {
  const of = node.kind === 'group' ? node.of : node
  const texts = of.kind === 'choice' ? of.options.map(textOf) : [textOf(of)]
  const known = texts.filter((text) => text !== undefined)
  return known.length === texts.length ? new Set(known) : undefined
}

/** Compiles an RE2 pattern that must match a whole text, `.` matching newlines too. Throws RegexError. */
export const anchored = (source: string): Regex => {
  const {root, groups} = parseRegex(source)
  const texts = textsOf(root)
  const whole = texts ? undefined : compile(root, groups, source)
  const test = whole ? createAutomaton(whole) : (text: string) => texts?.has(text) ?? false
  return {
    test,
    match(text) {
      if (!test(text)) return undefined
      const program = whole ?? compile(root, groups, source)
      const held = capturesOf(program, text)
      return held && {groups: held, named: (name) => held[program.names.get(name) ?? -1]}
    },
  }
}
