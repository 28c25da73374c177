import type {SyntaxNode, Tree} from '@lezer/common'
import {parser} from '@prometheus-io/lezer-promql'
import type {Expression} from './ast.js'
import {checkTypes} from './check.js'
import {convert} from './convert.js'
import {checkDepth} from './depth.js'
import {childrenOf} from './source.js'
import {syntaxError} from './syntax-error.js'
import {forGrammar, tokensOf} from './tokens.js'

const firstError = (top: SyntaxNode): SyntaxNode | undefined => {
  let found: SyntaxNode | undefined
  top.cursor().iterate((node) => {
    if (node.type.isError && (!found || node.from < found.from)) found = node.node
    return !found
  })
  return found
}

/**
 * The library takes some three hundred operators in a row for a mistake, which it mends by leaving the rest out. It
 * counts them in this field, and how deep we can go is checked before.
 */
const forgetChain = {bigReductionCount: 0}

const treeOf = (text: string): Tree => {
  const parse = parser.startParse(text)
  for (;;) {
    const tree = parse.advance()
    if (tree) return tree
    Object.assign(parse, forgetChain)
  }
}

/** Parses and type-checks a PromQL expression. Throws PromqlError with the place and what is wrong there. */
export const parse = (text: string): Expression => {
  const tokens = tokensOf(text)
  checkDepth(tokens, text)
  const top = treeOf(forGrammar(text, tokens)).topNode
  const error = firstError(top)
  const [expression] = childrenOf(top)
  if (error || !expression) throw syntaxError(error ?? top, text)
  const root = convert(expression, text)
  return {text, root, type: checkTypes(root, text)}
}
