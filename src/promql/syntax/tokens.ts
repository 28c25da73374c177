import type {Span} from '../errors.js'

export interface Token extends Span {
  kind: 'string' | 'unterminated' | 'word' | 'number' | 'sign'
  text: string
}

const token =
  /(?<skip>\s+|#[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(?<unterminated>["'`].*)|(?<word>[a-zA-Z_:][\w:]*)|(?<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\w*)|(?<sign>==|!=|=~|!~|<=|>=|.)/gsu

/** The tokens of an expression, without space and comments: for what the grammar alone cannot tell. */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = []
  for (const match of text.matchAll(token)) {
    const {skip, string, unterminated, word, number} = match.groups ?? {}
    if (skip !== undefined) continue
    const kind = string
      ? 'string'
      : unterminated
        ? 'unterminated'
        : word
          ? 'word'
          : number
            ? 'number'
            : 'sign'
    tokens.push({kind, text: match[0], from: match.index, to: match.index + match[0].length})
  }
  return tokens
}

/** Prometheus accepts `2.`, the grammar does not: the point becomes a space, so that all offsets stay. */
export const withoutTrailingPoints = (text: string): string => {
  let result = text
  for (const {kind, to, text: found} of tokensOf(text)) {
    if (kind === 'number' && found.endsWith('.')) result = `${result.slice(0, to - 1)} ${result.slice(to)}`
  }
  return result
}
