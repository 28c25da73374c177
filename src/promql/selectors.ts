import {PromqlError} from './errors.js'
import type {Matcher} from './storage.js'
import type {At, Expression, Node, Selector} from './syntax/ast.js'
import {childrenOf} from './syntax/children.js'
import {parse} from './syntax/parse.js'

/** One vector selector of an expression, and which samples it needs. */
export interface SelectorUse {
  /** The plain selector as written, without range, offset and `@`. */
  text: string
  matchers: Matcher[]
  /**
   * How far before the evaluation time it reads: range, offset and enclosing subqueries together. Absent for a
   * plain instant selector. One that reads the newest sample needs the lookback on top.
   */
  rangeMs?: number
  /** How far after the evaluation time it reads, when an offset is negative. */
  aheadMs?: number
  /** Whether it reads the newest sample within the lookback, rather than a range. */
  readsLookback: boolean
  /** The reach counts from this time instead of the evaluation time (`@`). */
  at?: At
}

interface Reach {
  backMs: number
  aheadMs: number
  at?: At
}

const plus = (reach: Reach, part: {rangeMs?: number; offsetMs: number; at?: At}): Reach => {
  // `@` makes the part independent of what is around it.
  const outer: Reach = part.at === undefined ? reach : {backMs: 0, aheadMs: 0, at: part.at}
  return {
    ...outer,
    backMs: outer.backMs + (part.rangeMs ?? 0) + part.offsetMs,
    aheadMs: outer.aheadMs - part.offsetMs,
  }
}

const use = (selector: Selector, rangeMs: number | undefined, reach: Reach, text: string): SelectorUse => {
  const {backMs, aheadMs, at} = plus(reach, {...selector, ...(rangeMs !== undefined && {rangeMs})})
  return {
    text: text.slice(selector.from, selector.to),
    matchers: selector.matchers,
    ...(backMs > 0 && {rangeMs: backMs}),
    ...(aheadMs > 0 && {aheadMs}),
    ...(at !== undefined && {at}),
    readsLookback: rangeMs === undefined,
  }
}

const collect = (node: Node, reach: Reach, text: string): SelectorUse[] => {
  if (node.kind === 'selector') return [use(node, undefined, reach, text)]
  if (node.kind === 'range') return [use(node.selector, node.rangeMs, reach, text)]
  const inner = node.kind === 'subquery' ? plus(reach, node) : reach
  return childrenOf(node).flatMap((child) => collect(child, inner, text))
}

/** Every vector selector of an expression, in order, so that others can fetch the raw samples it needs. */
export const selectorsOf = (expression: string | Expression): SelectorUse[] => {
  const {root, text} = typeof expression === 'string' ? parse(expression) : expression
  return collect(root, {backMs: 0, aheadMs: 0}, text)
}

/** Parses a plain vector selector such as `up{job="edge"}`. Throws PromqlError for anything else. */
export const parseSelector = (text: string): Matcher[] => {
  const {root} = parse(text)
  if (root.kind !== 'selector' || root.offsetMs !== 0 || root.at !== undefined) {
    throw new PromqlError('type', 'expected a plain vector selector, as in up{job="edge"}', text, root)
  }
  return root.matchers
}
