import type {SyntaxNode} from '@lezer/common'
import {anchored, RegexError} from '../regex.js'
import type {Matcher} from '../storage.js'
import type {At, Node, RangeSelector, Selector, Subquery} from './ast.js'
import {childOf, childrenOf, readNumber, readString, type Source} from './source.js'

const operators: Record<string, Matcher['op']> = {'=': '=', '!=': '!=', '=~': '=~', '!~': '!~'}

const matcherOf = (node: SyntaxNode, source: Source): Matcher => {
  if (node.name === 'QuotedLabelName') {
    return {label: '__name__', op: '=', value: readString(childOf(node, 0), source)}
  }
  const [label, op, text] = childrenOf(node)
  const operator = op && operators[source.slice(op)]
  if (!label || !operator || !text) throw source.error('expected label=value', node)
  const name = label.name === 'QuotedLabelName' ? readString(childOf(label, 0), source) : source.slice(label)
  const value = readString(text, source)
  if (operator === '=~' || operator === '!~') {
    try {
      anchored(value)
    } catch (cause) {
      if (!(cause instanceof RegexError)) throw cause
      throw source.error(`error parsing regexp: ${cause.message}`, node)
    }
  }
  return {label: name, op: operator, value}
}

/** `name{label="value"}`; the name is a matcher like any other. */
export const selector = (node: SyntaxNode, source: Source): Selector => {
  const name = node.getChild('Identifier')
  const braces = node.getChild('LabelMatchers')
  const inBraces = braces ? childrenOf(braces).map((child) => matcherOf(child, source)) : []
  const named = inBraces.find(({label}) => label === '__name__')
  if (name && named) {
    const both = `"${source.slice(name)}" or "${named.value}"`
    throw source.error(`metric name must not be set twice: ${both}`, node)
  }
  const matchers: Matcher[] = name
    ? [{label: '__name__', op: '=', value: source.slice(name)}, ...inBraces]
    : inBraces
  return {kind: 'selector', matchers, offsetMs: 0, from: node.from, to: node.to}
}

const durationMs = (node: SyntaxNode, source: Source): number => {
  const children = childrenOf(node)
  const [only, inner] = children
  if (only?.name === 'NumberDurationLiteralInDurationContext')
    return Math.round(readNumber(only, source) * 1000)
  if (node.name === 'OffsetDurationExpr' && only?.name === 'UnaryOp' && inner) {
    return (source.slice(only) === '-' ? -1 : 1) * durationMs(inner, source)
  }
  throw source.error('arithmetic on durations is experimental and not supported', node, 'unsupported')
}

const positiveDurationMs = (node: SyntaxNode, source: Source): number => {
  const ms = durationMs(node, source)
  if (!(ms > 0)) throw source.error('duration must be greater than 0', node)
  return ms
}

/**
 * Puts a suffix where it belongs. The grammar gives `a + b[5m:]` the range of the whole sum; PromQL means the last
 * operand, so the suffix goes down to it.
 */
const onLastOperand = (of: Node, suffix: (operand: Node) => Node): Node => {
  if (of.kind === 'unary') return {...of, of: onLastOperand(of.of, suffix)}
  if (of.kind === 'binary') return {...of, right: onLastOperand(of.right, suffix)}
  return suffix(of)
}

/** `selector[5m]`. */
export const rangeSelector = (node: SyntaxNode, source: Source): Node => {
  const rangeMs = positiveDurationMs(childOf(node, 1), source)
  return onLastOperand(source.convert(childOf(node, 0)), (of): RangeSelector => {
    if (of.kind !== 'selector') throw source.error('ranges only allowed for vector selectors', node)
    if (of.offsetMs !== 0) throw source.error('no offset modifiers allowed before range', node)
    if (of.at !== undefined) throw source.error('no @ modifiers allowed before range', node)
    return {kind: 'range', selector: of, rangeMs, from: of.from, to: node.to}
  })
}

/** `expression[5m:1m]`. */
export const subquery = (node: SyntaxNode, source: Source): Node => {
  const [inner, range, step] = childrenOf(node)
  if (!inner || !range) throw new Error('The grammar has changed: a subquery has no range')
  const rangeMs = positiveDurationMs(range, source)
  const stepMs = step && positiveDurationMs(step, source)
  return onLastOperand(
    source.convert(inner),
    (of): Subquery => ({
      kind: 'subquery',
      of,
      rangeMs,
      ...(stepMs !== undefined && {stepMs}),
      offsetMs: 0,
      from: of.from,
      to: node.to,
    }),
  )
}

/** Changes a selector, the selector of a range, or a subquery. */
const modified = (
  node: SyntaxNode,
  source: Source,
  what: string,
  change: <Part extends Selector | Subquery>(part: Part) => Part,
): Node =>
  onLastOperand(source.convert(childOf(node, 0)), (of) => {
    if (of.kind === 'selector' || of.kind === 'subquery') return change(of)
    if (of.kind === 'range') return {...of, selector: change(of.selector)}
    throw source.error(
      `${what} must be preceded by an instant vector selector or range vector selector or a subquery`,
      node,
    )
  })

export const offsetModifier = (node: SyntaxNode, source: Source): Node => {
  const offsetMs = durationMs(childOf(node, -1), source)
  return modified(node, source, 'offset modifier', (part) => {
    if (part.offsetMs !== 0) throw source.error('offset may not be set multiple times', node)
    return {...part, offsetMs}
  })
}

const atOf = (node: SyntaxNode, source: Source): At => {
  if (node.name === 'AtModifierPreprocessors') return childOf(node, 0).name === 'AtStart' ? 'start' : 'end'
  const seconds = readNumber(node, source)
  if (!Number.isFinite(seconds)) throw source.error('timestamp out of bounds for @ modifier', node)
  return Math.round(seconds * 1000)
}

export const atModifier = (node: SyntaxNode, source: Source): Node => {
  const at = atOf(childOf(node, -1), source)
  return modified(node, source, '@ modifier', (part) => {
    if (part.at !== undefined) throw source.error('@ <timestamp> may not be set multiple times', node)
    return {...part, at}
  })
}
