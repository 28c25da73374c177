import {PromqlError} from './errors.js'
import {type Aggregate, type Expression, type Node, unwrap} from './syntax/ast.js'
import {childrenOf} from './syntax/children.js'
import {parse} from './syntax/parse.js'

/** An expression that is about the growth of counters, and of which. */
export interface CounterShape {
  /** The vector selector inside, as written. */
  selector: string
  /** `growth` under rate() or increase(); `value` when the counter itself is asked for. */
  of: 'growth' | 'value'
  /** The labels by which sum() keeps series apart; absent when everything is summed up. */
  grouping?: string
}

const growths: ReadonlySet<string> = new Set(['rate', 'increase'])

const isZero = (node: Node): boolean => {
  const inner = unwrap(node)
  if (inner.kind === 'number') return inner.value === 0
  return inner.kind === 'call' && inner.name === 'vector' && inner.args.every(isZero)
}

/** Without what only says that no series means zero. */
const withoutDefault = (node: Node): Node => {
  const inner = unwrap(node)
  return inner.kind === 'binary' && inner.operator === 'or' && isZero(inner.right)
    ? withoutDefault(inner.left)
    : inner
}

const plainSelector = (node: Node, text: string): string | undefined => {
  const inner = unwrap(node)
  if (inner.kind !== 'selector' || inner.offsetMs !== 0 || inner.at !== undefined) return undefined
  return text.slice(inner.from, inner.to)
}

const groupingOf = ({grouping: {without, labels}}: Aggregate): string | undefined =>
  without || labels.length > 0 ? `${without ? 'without' : 'by'} (${labels.join(', ')})` : undefined

const shapeOf = (node: Node, text: string): CounterShape | undefined => {
  const inner = withoutDefault(node)
  if (inner.kind === 'aggregate' && inner.operator === 'sum') {
    const of = shapeOf(inner.of, text)
    const grouping = groupingOf(inner)
    return of && (grouping === undefined ? {selector: of.selector, of: of.of} : {...of, grouping})
  }
  if (inner.kind === 'call' && growths.has(inner.name)) {
    const [range] = inner.args.map(unwrap)
    const selector = range?.kind === 'range' ? plainSelector(range.selector, text) : undefined
    return selector === undefined ? undefined : {selector, of: 'growth'}
  }
  const selector = plainSelector(inner, text)
  return selector === undefined ? undefined : {selector, of: 'value'}
}

/**
 * Recognises `sum(rate(counter{…}[5m]))`, `sum(increase(…))`, `sum(counter{…})` and the same without a sum or with
 * `or vector(0)`: whoever asks that wants to know how much counters grew. Undefined for anything else. Throws PromqlError.
 */
export const counterShape = (expression: string): CounterShape | undefined =>
  shapeOf(parse(expression).root, expression)

/** The two sides of `a / b`, as written; undefined for anything else. Throws PromqlError. */
export const quotient = (expression: string): {part: string; whole: string} | undefined => {
  const root = unwrap(parse(expression).root)
  if (root.kind !== 'binary' || root.operator !== '/' || root.matching) return undefined
  const {left, right} = root
  return {part: expression.slice(left.from, left.to), whole: expression.slice(right.from, right.to)}
}

/** What is divided by, wherever in the expression, as written: without events in it there is no ratio to compare. */
export const divisorsOf = (expression: string): string[] => {
  const walk = (node: Node): string[] => {
    const own =
      node.kind === 'binary' && node.operator === '/'
        ? [expression.slice(node.right.from, node.right.to)]
        : []
    return [...own, ...childrenOf(node).flatMap(walk)]
  }
  return walk(parse(expression).root)
}

/** Where the ranges stand in the text, the brackets left out. */
const rangesOf = (node: Node, text: string): {from: number; to: number}[] => {
  if (node.kind === 'subquery') {
    throw new PromqlError('unsupported', 'a subquery reads beyond the phase that is judged', text, node)
  }
  if (node.kind === 'selector' && (node.offsetMs !== 0 || node.at !== undefined)) {
    throw new PromqlError('unsupported', 'offset and @ read beyond the phase that is judged', text, node)
  }
  const parts = node.kind === 'range' ? [node.selector] : childrenOf(node)
  const inner = parts.flatMap((part) => rangesOf(part, text))
  if (node.kind !== 'range') return inner
  const from = text.lastIndexOf('[', node.to) + 1
  return [...inner, {from, to: text.indexOf(']', from)}]
}

/**
 * The expression with another range in every range selector, `range` being text. Throws PromqlError when it reads
 * other times than the newest ones, as subqueries, offset and @ do.
 */
export const withRange = (expression: string | Expression, range: string): string => {
  const {text, root} = typeof expression === 'string' ? parse(expression) : expression
  return rangesOf(root, text)
    .sort((a, b) => b.from - a.from)
    .reduce((changed, {from, to}) => changed.slice(0, from) + range + changed.slice(to), text)
}
