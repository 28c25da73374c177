import type {Node} from './ast.js'

/** The expressions that a node is made of, in the order in which they are written. A range has none: its selector is not one by itself. */
export const childrenOf = (node: Node): Node[] => {
  switch (node.kind) {
    case 'call':
      return node.args
    case 'aggregate':
      return node.parameter ? [node.parameter, node.of] : [node.of]
    case 'binary':
      return [node.left, node.right]
    case 'unary':
    case 'parentheses':
    case 'subquery':
      return [node.of]
    case 'number':
    case 'string':
    case 'selector':
    case 'range':
      return []
  }
}
