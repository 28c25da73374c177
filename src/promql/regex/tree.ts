/** Whether a character, by its code point, is meant. */
export type CharTest = (code: number) => boolean

/** A place between characters: the two ends of the text, of a line, and of a word. */
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge'

/** A regular expression as read. */
export type RegexNode =
  | {kind: 'char'; test: CharTest /** The one character that is meant, when it is only one. */; only?: number}
  | {kind: 'assert'; what: Assertion}
  | {kind: 'sequence'; parts: RegexNode[]}
  | {kind: 'choice'; options: RegexNode[]}
  | {kind: 'group'; of: RegexNode; index: number; name?: string}
  | {kind: 'repeat'; of: RegexNode; min: number; max: number; greedy: boolean}

export interface Flags {
  ignoreCase: boolean
  dotAll: boolean
  multiline: boolean
  ungreedy: boolean
}

/** What is being read, and how far; `flags` are those in force at `at`. */
export interface Reader {
  source: string
  at: number
  flags: Flags
  groups: number
}

/** Why a pattern is no RE2 pattern; the message is that of Go's `regexp`, which Prometheus shows. */
export class RegexError extends Error {
  override readonly name = 'RegexError'

  constructor(reason: string, excerpt: string) {
    super(`${reason}: \`${excerpt.length > 1000 ? `${excerpt.slice(0, 1000)}…` : excerpt}\``)
  }
}

/** The character at a place, a pair of surrogates as one; empty at the end. */
export const charAt = (source: string, at: number): string => {
  const code = source.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}
