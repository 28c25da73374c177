import {PromqlError} from '../errors.js'
import type {Token} from './tokens.js'

/**
 * Levels of an expression at most. Everything that walks an expression calls itself once or more for each, and the
 * grammar's library flattens trees of more than 2,500 nodes in depth, which would lose their meaning.
 */
const deepest = 1000

const operators = new Set([
  ...['+', '-', '*', '/', '%', '^', '==', '!=', '<', '<=', '>', '>=', '@'],
  ...['and', 'or', 'unless', 'atan2', 'offset'],
])
const openers = new Set(['(', '[', '{'])
const closers = new Set([')', ']', '}'])

/** An open bracket: the operators met in it since the last comma, and how deep its deepest part goes. */
interface Bracket {
  isLabels: boolean
  operators: number
  below: number
}

const closed = (open: Bracket[], inner: Bracket): void => {
  const outer = open.at(-1)
  if (outer) outer.below = Math.max(outer.below, inner.operators + inner.below + 1)
}

/**
 * Throws PromqlError where the levels of an expression become too many: brackets inside each other, and operators in a
 * row, each of which has all before it as its left side.
 */
export const checkDepth = (tokens: readonly Token[], text: string): void => {
  const open: Bracket[] = [{isLabels: false, operators: 0, below: 0}]
  for (const token of tokens) {
    const {text: sign} = token
    const bracket = open.at(-1)
    if (!bracket || token.kind === 'string') continue
    if (openers.has(sign)) {
      // What a range or a subquery stands behind is inside it.
      if (sign === '[') bracket.operators++
      open.push({isLabels: sign === '{', operators: 0, below: 0})
    } else if (closers.has(sign) && open.length > 1) {
      open.pop()
      closed(open, bracket)
    } else if (sign === ',' && open.length > 1) {
      closed(open.slice(0, -1), bracket)
      open[open.length - 1] = {isLabels: bracket.isLabels, operators: 0, below: 0}
    } else if (operators.has(sign) && !bracket.isLabels) bracket.operators++
    const last = open.at(-1)
    if (open.length > deepest || (last && last.operators + last.below > deepest)) {
      const message = `the expression nests too deeply: more than ${deepest} levels of brackets and operators`
      throw new PromqlError('syntax', message, text, token)
    }
  }
}
