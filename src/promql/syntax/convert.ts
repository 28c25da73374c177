import type {SyntaxNode} from '@lezer/common'
import {PromqlError} from '../errors.js'
import type {Node} from './ast.js'
import {aggregate} from './convert-aggregate.js'
import {binary, unary} from './convert-operators.js'
import {atModifier, offsetModifier, rangeSelector, selector, subquery} from './convert-selectors.js'
import {childOf, childrenOf, readNumber, readString, type Source} from './source.js'

type Converter = (node: SyntaxNode, source: Source) => Node

const experimental =
  (what: string): Converter =>
  (node, source) => {
    throw source.error(`${what} is experimental and not supported`, node, 'unsupported')
  }

const converters: Record<string, Converter> = {
  NumberDurationLiteral: (node, source) => ({
    kind: 'number',
    value: readNumber(node, source),
    from: node.from,
    to: node.to,
  }),
  StringLiteral: (node, source) => ({
    kind: 'string',
    value: readString(node, source),
    from: node.from,
    to: node.to,
  }),
  ParenExpr: (node, source) => ({
    kind: 'parentheses',
    of: source.convert(childOf(node, 0)),
    from: node.from,
    to: node.to,
  }),
  FunctionCall: (node, source) => ({
    kind: 'call',
    name: source.slice(childOf(node, 0)),
    args: childrenOf(childOf(node, 1)).map(source.convert),
    from: node.from,
    to: node.to,
  }),
  VectorSelector: selector,
  MatrixSelector: rangeSelector,
  SubqueryExpr: subquery,
  OffsetExpr: offsetModifier,
  StepInvariantExpr: atModifier,
  BinaryExpr: binary,
  UnaryExpr: unary,
  AggregateExpr: aggregate,
  AnchoredExpr: experimental('the modifier "anchored"'),
  SmoothedExpr: experimental('the modifier "smoothed"'),
}

/** Turns an error-free syntax tree into our own. */
export const convert = (node: SyntaxNode, text: string): Node => {
  const source: Source = {
    text,
    slice: ({from, to}) => text.slice(from, to),
    error: (message, at, kind = 'syntax') => new PromqlError(kind, message, text, at),
    convert: (child) => {
      const converter = converters[child.name]
      if (!converter) throw source.error(`${child.name} is not supported`, child, 'unsupported')
      return converter(child, source)
    },
  }
  return source.convert(node)
}
