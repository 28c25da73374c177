import type {SyntaxNode} from '@lezer/common'
import {aggregations} from '../aggregations/index.js'
import type {Aggregate, Grouping} from './ast.js'
import {childOf, childrenOf, readString, type Source} from './source.js'

/** The names in `(a, "b.c")`. */
export const labelNames = (node: SyntaxNode, source: Source): string[] =>
  childrenOf(node).map((label) =>
    label.name === 'QuotedLabelName' ? readString(childOf(label, 0), source) : source.slice(label),
  )

const groupingOf = (node: SyntaxNode | null, source: Source): Grouping =>
  node
    ? {without: childOf(node, 0).name === 'Without', labels: labelNames(childOf(node, 1), source)}
    : {without: false, labels: []}

/** `sum by (job) (x)`, `topk(3, x) without (pod)`. */
export const aggregate = (node: SyntaxNode, source: Source): Aggregate => {
  const operatorNode = childOf(node, 0)
  const operator = source.slice(operatorNode).toLowerCase()
  if (!(operator in aggregations)) {
    throw source.error(`${operator} is experimental and not supported`, operatorNode, 'unsupported')
  }
  const body = node.getChild('FunctionCallBody')
  const args = body ? childrenOf(body) : []
  const wanted = aggregations[operator]?.parameter ? 2 : 1
  if (args.length !== wanted) {
    throw source.error(
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      node,
    )
  }
  const [parameter, of] = wanted === 2 ? args : [undefined, args[0]]
  if (!of) throw source.error('no arguments for aggregate expression provided', node)
  return {
    kind: 'aggregate',
    operator,
    ...(parameter && {parameter: source.convert(parameter)}),
    of: source.convert(of),
    grouping: groupingOf(node.getChild('AggregateModifier'), source),
    from: node.from,
    to: node.to,
  }
}
