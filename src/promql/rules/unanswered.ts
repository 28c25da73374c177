import type {Matcher} from '../storage.js'
import type {Expression, Node, Selector} from '../syntax/ast.js'

/** Functions that answer just when there is nothing to read. */
const answersAbsence: ReadonlySet<string> = new Set(['absent', 'absent_over_time'])

/** Whether a selector reads anything. */
export type IsKnown = (selector: {text: string; matchers: Matcher[]}) => boolean

/**
 * The selectors for want of which an expression can answer nothing, whatever happens: an alert on it would never fire.
 * Empty when it can answer: the other side of an `or`, what an `unless` takes away, and an `absent()` may be missing.
 */
export const unansweredBy = (expression: Expression, isKnown: IsKnown): string[] => {
  const {text, root} = expression
  const missing = (node: Node): string[] => {
    switch (node.kind) {
      case 'number':
      case 'string':
        return []
      case 'selector':
        return missingSelector(node)
      case 'range':
        return missingSelector(node.selector)
      case 'subquery':
      case 'unary':
      case 'parentheses':
      case 'aggregate':
        return missing(node.of)
      case 'call':
        return answersAbsence.has(node.name) ? [] : node.args.flatMap(missing)
      case 'binary': {
        const left = missing(node.left)
        if (node.operator === 'unless') return left
        const right = missing(node.right)
        if (node.operator === 'or' && (left.length === 0 || right.length === 0)) return []
        return [...left, ...right]
      }
    }
  }
  const missingSelector = ({from, to, matchers}: Selector): string[] => {
    const written = text.slice(from, to)
    return isKnown({text: written, matchers}) ? [] : [written]
  }
  return [...new Set(missing(root))]
}
