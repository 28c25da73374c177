import type {SyntaxNode} from '@lezer/common'
import {PromqlError, type Span} from '../errors.js'
import {functions, unsupportedFunctions} from '../functions/index.js'
import {closest} from './suggest.js'
import {type Token, tokensOf} from './tokens.js'

const pairs: Record<string, string> = {'(': ')', '[': ']', '{': '}'}
const names: Record<string, string> = {
  '(': 'left parenthesis',
  ')': 'right parenthesis',
  '[': 'left bracket',
  ']': 'right bracket',
  '{': 'left brace',
  '}': 'right brace',
}

const unbalanced = (tokens: Token[]): {message: string; at: Span} | undefined => {
  const open: Token[] = []
  for (const token of tokens) {
    if (token.kind !== 'sign') continue
    if (token.text in pairs) open.push(token)
    else if (token.text in names) {
      const opener = open.pop()
      if (!opener) return {message: `unexpected ${names[token.text]} '${token.text}'`, at: token}
      if (pairs[opener.text] !== token.text) {
        return {
          message: `unexpected ${names[token.text]} inside ${names[opener.text]} '${opener.text}'`,
          at: token,
        }
      }
    }
  }
  const unclosed = open.pop()
  return unclosed && {message: `unclosed ${names[unclosed.text]}`, at: unclosed}
}

const unknownFunction = (error: SyntaxNode, tokens: Token[], text: string): PromqlError | undefined => {
  const found = tokens.findIndex(({from}) => from >= error.from)
  // The grammar stumbles over the bracket, or over the name already.
  const at = tokens[found]?.text === '(' ? found - 1 : found
  const word = tokens[at]
  if (tokens[at + 1]?.text !== '(' || word?.kind !== 'word') return undefined
  if (Object.hasOwn(functions, word.text)) return undefined
  const reason = Object.hasOwn(unsupportedFunctions, word.text) ? unsupportedFunctions[word.text] : undefined
  return reason === undefined
    ? unknownName(word.text, text, word)
    : new PromqlError('unsupported', `${word.text}() is not supported: ${reason}`, text, word)
}

/** "unknown function", with the name that may have been meant. */
export const unknownName = (name: string, text: string, at: Span): PromqlError => {
  const meant = closest(name, Object.keys(functions))
  const message = `unknown function with name "${name}"${meant ? `, did you mean "${meant}"?` : ''}`
  return new PromqlError('syntax', message, text, at)
}

/** Says what is wrong at the first place that the grammar could not read. */
export const syntaxError = (error: SyntaxNode, text: string): PromqlError => {
  const tokens = tokensOf(text)
  const fail = (message: string, at: Span) => new PromqlError('syntax', message, text, at)
  if (tokens.length === 0) return fail('no expression found in input', {from: 0, to: 0})
  const unterminated = tokens.find(({kind}) => kind === 'unterminated')
  if (unterminated) return fail('unterminated quoted string', unterminated)
  const imbalance = unbalanced(tokens)
  if (imbalance) return fail(imbalance.message, imbalance.at)
  const unknown = unknownFunction(error, tokens, text)
  if (unknown) return unknown
  const found = tokens.find(({from}) => from >= error.from)
  if (!found) return fail('unexpected end of input', {from: text.length, to: text.length})
  const shown = found.kind === 'string' ? found.text : `"${found.text}"`
  return fail(`unexpected ${found.kind === 'word' ? 'identifier ' : ''}${shown}`, found)
}
