import {PromqlError, type Span} from '../errors.js'
import {type Binary, comparisons, setOperators, type ValueType} from './ast.js'

const among = (names: readonly string[], name: string): boolean => names.includes(name)

const problemOf = (node: Binary, left: ValueType, right: ValueType): string | undefined => {
  const {operator, returnBool, matching} = node
  const isSet = among(setOperators, operator)
  const isComparison = among(comparisons, operator)
  const bothVectors = left === 'vector' && right === 'vector'
  const bothScalars = left === 'scalar' && right === 'scalar'
  if (returnBool && !isComparison) return 'bool modifier can only be used on comparison operators'
  if (bothScalars && isComparison && !returnBool) return 'comparisons between scalars must use BOOL modifier'
  if (isSet && matching?.group) return `no grouping allowed for "${operator}" operation`
  if (isSet && !bothVectors) return `set operator "${operator}" not allowed in binary scalar expression`
  if (matching && !bothVectors) return 'vector matching only allowed between instant vectors'
  const twice = matching?.on
    ? matching.group?.include.find((label) => matching.labels.includes(label))
    : undefined
  if (twice !== undefined) return `label "${twice}" must not occur in ON and GROUP clause at once`
  return undefined
}

const wrongSide = (node: Binary, left: ValueType, right: ValueType): Span | undefined => {
  if (left !== 'scalar' && left !== 'vector') return node.left
  if (right !== 'scalar' && right !== 'vector') return node.right
  return undefined
}

/** The type of `left op right`, or PromqlError about what does not fit. */
export const checkBinary = (node: Binary, left: ValueType, right: ValueType, text: string): ValueType => {
  const side = wrongSide(node, left, right)
  if (side) {
    const message = 'binary expression must contain only scalar and instant vector types'
    throw new PromqlError('type', message, text, side)
  }
  const problem = problemOf(node, left, right)
  if (problem) throw new PromqlError('type', problem, text, node)
  return left === 'scalar' && right === 'scalar' ? 'scalar' : 'vector'
}
