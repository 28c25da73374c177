import type {SyntaxNode} from '@lezer/common'
import type {Binary, Matching, Node, Unary} from './ast.js'
import {labelNames} from './convert-aggregate.js'
import {childOf, childrenOf, type Source} from './source.js'

const operators: Record<string, Binary['operator']> = {
  Pow: '^',
  Mul: '*',
  Div: '/',
  Mod: '%',
  Atan2: 'atan2',
  Add: '+',
  Sub: '-',
  Eql: '==',
  Gte: '>=',
  Gtr: '>',
  Lte: '<=',
  Lss: '<',
  Neq: '!=',
  And: 'and',
  Or: 'or',
  Unless: 'unless',
}

const matchingOf = (node: SyntaxNode, source: Source): Matching => {
  const children = childrenOf(node)
  const [kind, labels, group, include] = children
  if (!kind || !labels) throw new Error('The grammar has changed: a matching clause names no labels')
  return {
    on: kind.name === 'On',
    labels: labelNames(labels, source),
    ...(group && {
      group: {
        side: group.name === 'GroupLeft' ? ('left' as const) : ('right' as const),
        include: include ? labelNames(include, source) : [],
      },
    }),
  }
}

/**
 * `left op [bool] [on|ignoring (...) [group_left|group_right (...)]] right`. The grammar reads the sign of `-2^2`
 * as part of the number, but the power binds stronger: it is -(2^2).
 */
export const binary = (node: SyntaxNode, source: Source): Node => {
  const leftNode = childOf(node, 0)
  const operatorNode = childOf(node, 1)
  const operator = operators[operatorNode.name]
  const fill = node.getChild('FillModifier')
  if (!operator || fill) {
    const what = source.slice(fill ?? operatorNode)
    throw source.error(`"${what}" is experimental and not supported`, fill ?? operatorNode, 'unsupported')
  }
  const matching = node.getChild('MatchingModifierClause')
  const left = source.convert(leftNode)
  const sign = /^[+-]/.exec(source.slice(leftNode))?.[0]
  const signed = operator === '^' && left.kind === 'number' && sign !== undefined
  const result: Binary = {
    kind: 'binary',
    operator,
    left: signed && sign === '-' ? {...left, value: -left.value, from: left.from + 1} : left,
    right: source.convert(childOf(node, -1)),
    returnBool: node.getChild('BoolModifier') !== null,
    ...(matching && {matching: matchingOf(matching, source)}),
    from: node.from,
    to: node.to,
  }
  return signed && sign === '-'
    ? {kind: 'unary', operator: '-', of: result, from: node.from, to: node.to}
    : result
}

export const unary = (node: SyntaxNode, source: Source): Unary => ({
  kind: 'unary',
  operator: source.slice(childOf(node, 0)) === '-' ? '-' : '+',
  of: source.convert(childOf(node, 1)),
  from: node.from,
  to: node.to,
})
