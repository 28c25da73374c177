import type {SyntaxNode} from '@lezer/common'
import {parser} from '@prometheus-io/lezer-promql'
import type {Expression} from './ast.js'
import {checkTypes} from './check.js'
import {convert} from './convert.js'
import {childrenOf} from './source.js'
import {syntaxError} from './syntax-error.js'
import {withoutTrailingPoints} from './tokens.js'

const firstError = (top: SyntaxNode): SyntaxNode | undefined => {
  let found: SyntaxNode | undefined
  top.cursor().iterate((node) => {
    if (node.type.isError && (!found || node.from < found.from)) found = node.node
    return !found
  })
  return found
}

/** Parses and type-checks a PromQL expression. Throws PromqlError with the place and what is wrong there. */
export const parse = (text: string): Expression => {
  const readable = withoutTrailingPoints(text)
  const top = parser.parse(readable).topNode
  const error = firstError(top)
  const [expression] = childrenOf(top)
  if (error || !expression) throw syntaxError(error ?? top, text)
  const root = convert(expression, readable)
  return {text, root, type: checkTypes(root, text)}
}
