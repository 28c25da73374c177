import {type Arithmetic, arithmetic, type Binary, type Comparison, comparisons} from '../syntax/ast.js'

/** JavaScript knows no answer where IEEE 754's pow says 1. */
const power = (base: number, exponent: number): number => {
  if (base === 1) return 1
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1
  return base ** exponent
}

const calculate = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
} satisfies Record<Arithmetic, (left: number, right: number) => number>

const compare = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
} satisfies Record<Comparison, (left: number, right: number) => boolean>

type Operator = Binary['operator']

const isArithmetic = (operator: Operator): operator is Arithmetic =>
  arithmetic.some((name) => name === operator)

const isComparison = (operator: Operator): operator is Comparison =>
  comparisons.some((name) => name === operator)

/** What an operator makes of two numbers: a value, or nothing where a filter drops it. */
export type Apply = (left: number, right: number) => number | undefined

/**
 * The operator as a function. A comparison without `bool` keeps the value of the side named by `keep`, or drops it;
 * with `bool` it answers 0 or 1.
 */
export const applyOf = (operator: Operator, returnBool: boolean, keep: 'left' | 'right'): Apply => {
  if (isArithmetic(operator)) return calculate[operator]
  if (!isComparison(operator)) throw new Error(`${operator} is an operator between sets, not numbers`)
  const holds = compare[operator]
  if (returnBool) return (left, right) => (holds(left, right) ? 1 : 0)
  return (left, right) => (holds(left, right) ? (keep === 'left' ? left : right) : undefined)
}

/** A computed value is no longer the metric it came from; a filtered one is. */
export const dropsName = ({operator, returnBool}: Binary): boolean => returnBool || isArithmetic(operator)
