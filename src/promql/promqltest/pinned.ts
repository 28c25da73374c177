import type {Expression, Node} from '../syntax/ast.js'

/** Functions that look at the evaluation time itself, which `@` does not change. */
const readsClock = new Set([
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'time',
  'timestamp',
  'year',
])

/** The node with `@ atMs` on every selector and subquery that has none; undefined when the clock matters to it. */
const pinnedNode = (node: Node, atMs: number): Node | undefined => {
  switch (node.kind) {
    case 'number':
    case 'string':
      return node
    case 'selector':
      return {at: atMs, ...node}
    case 'range':
      return {...node, selector: {at: atMs, ...node.selector}}
    case 'subquery':
      // What is inside runs at the subquery's own times, which are now pinned.
      return {at: atMs, ...node}
    case 'call': {
      const args = node.args.flatMap((arg) => pinnedNode(arg, atMs) ?? [])
      return readsClock.has(node.name) || args.length < node.args.length ? undefined : {...node, args}
    }
    case 'aggregate': {
      const of = pinnedNode(node.of, atMs)
      const parameter = node.parameter && pinnedNode(node.parameter, atMs)
      return of && (!node.parameter || parameter) ? {...node, of, ...(parameter && {parameter})} : undefined
    }
    case 'binary': {
      const left = pinnedNode(node.left, atMs)
      const right = pinnedNode(node.right, atMs)
      return left && right && {...node, left, right}
    }
    case 'unary':
    case 'parentheses': {
      const of = pinnedNode(node.of, atMs)
      return of && {...node, of}
    }
  }
}

/** The expression with its evaluation time written into it, so that it answers the same at any other time. */
export const pinned = (expression: Expression, atMs: number): Expression | undefined => {
  const root = pinnedNode(expression.root, atMs)
  return root && {...expression, root}
}
