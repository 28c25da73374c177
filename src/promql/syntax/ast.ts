import type {Span} from '../errors.js'
import type {Matcher} from '../storage.js'

/** What an expression evaluates to; `range` is a range vector, `vector` an instant vector. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'range'

/** A fixed evaluation time (ms since the epoch), or one end of the query. */
export type At = number | 'start' | 'end'

interface NumberLiteral extends Span {
  kind: 'number'
  value: number
}

interface TextLiteral extends Span {
  kind: 'string'
  value: string
}

export interface Selector extends Span {
  kind: 'selector'
  matchers: Matcher[]
  offsetMs: number
  at?: At
}

/** `selector[5m]`; offset and @ live in the selector. */
export interface RangeSelector extends Span {
  kind: 'range'
  selector: Selector
  rangeMs: number
}

export interface Subquery extends Span {
  kind: 'subquery'
  of: Node
  rangeMs: number
  /** Absent: the evaluator's default. */
  stepMs?: number
  offsetMs: number
  at?: At
}

export interface Call extends Span {
  kind: 'call'
  name: string
  args: Node[]
}

export interface Grouping {
  without: boolean
  labels: string[]
}

export interface Aggregate extends Span {
  kind: 'aggregate'
  operator: string
  parameter?: Node
  of: Node
  grouping: Grouping
}

export const arithmetic = ['+', '-', '*', '/', '%', '^', 'atan2'] as const
export const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const
export const setOperators = ['and', 'or', 'unless'] as const
export type Arithmetic = (typeof arithmetic)[number]
export type Comparison = (typeof comparisons)[number]
export type SetOperator = (typeof setOperators)[number]

/** Which series of the two sides belong together, and which labels of the "one" side the result also gets. */
export interface Matching {
  on: boolean
  labels: string[]
  group?: {side: 'left' | 'right'; include: string[]}
}

export interface Binary extends Span {
  kind: 'binary'
  operator: Arithmetic | Comparison | SetOperator
  left: Node
  right: Node
  returnBool: boolean
  /** Absent: all labels must match. */
  matching?: Matching
}

export interface Unary extends Span {
  kind: 'unary'
  operator: '+' | '-'
  of: Node
}

export interface Parenthesised extends Span {
  kind: 'parentheses'
  of: Node
}

export type Node =
  | NumberLiteral
  | TextLiteral
  | Selector
  | RangeSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Parenthesised

/** A parsed and type-checked expression. */
export interface Expression {
  text: string
  root: Node
  type: ValueType
}

/** The node itself, however many parentheses are around it. */
export const unwrap = (node: Node): Exclude<Node, Parenthesised> =>
  node.kind === 'parentheses' ? unwrap(node.of) : node
