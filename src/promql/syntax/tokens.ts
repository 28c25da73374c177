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

/**
 * The text as the grammar can read it; all offsets stay. Prometheus accepts `2.`, the grammar does not: the point becomes
 * a space. It looks names up in an object, where it finds `constructor` and `__proto__`: these get another first letter.
 */
export const forGrammar = (text: string, tokens: readonly Token[]): string => {
  let result = text
  const put = (at: number, char: string): void => {
    result = result.slice(0, at) + char + result.slice(at + 1)
  }
  for (const {kind, from, to, text: found} of tokens) {
    if (kind === 'number' && found.endsWith('.')) put(to - 1, ' ')
    else if (kind === 'word' && found.toLowerCase() in Object.prototype) put(from, 'x')
  }
  return result
}
