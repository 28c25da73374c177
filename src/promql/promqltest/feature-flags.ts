import type {PromqlError} from '../errors.js'
import type {Answer, Matrix, Value} from '../evaluate/query.js'
import type {Labels} from '../labels.js'
import type {Expression, Node} from '../syntax/ast.js'
import {childrenOf} from '../syntax/children.js'

const labelsOf = (value: Value | Matrix): Labels[] => {
  if (value.type === 'vector') return value.samples.map(({labels}) => labels)
  return value.type === 'matrix' ? value.series.map(({labels}) => labels) : []
}

/**
 * The files are written for a server with all feature flags on. With `type-and-unit-labels` the labels `__type__` and
 * `__unit__` go wherever the name goes; an answer of ours that kept them without the name would be another there.
 */
export const needsTypeAndUnitFlag = ({value}: Answer<Value | Matrix>): string | undefined =>
  labelsOf(value).some((labels) => !('__name__' in labels) && ('__type__' in labels || '__unit__' in labels))
    ? 'needs the feature flag type-and-unit-labels'
    : undefined

const isComputed = (node: Node): boolean =>
  node.kind === 'call' || node.kind === 'unary' || node.kind === 'binary' || childrenOf(node).some(isComputed)

/** Whether a part asks for the name of something that has lost it, unless names are dropped late. */
const readsLostName = (node: Node): boolean => {
  const asks =
    (node.kind === 'aggregate' && node.grouping.labels.includes('__name__')) ||
    (node.kind === 'call' && node.args.some((arg) => arg.kind === 'string' && arg.value === '__name__'))
  const children = childrenOf(node)
  return (asks && children.some(isComputed)) || children.some(readsLostName)
}

const delayed = 'needs the feature flag promql-delayed-name-removal'

/**
 * With `promql-delayed-name-removal` names are dropped at the very end, so that what is inside may still tell two series
 * apart; without it, as in a server of default settings, they are gone, or collide, where they are dropped. Asked only of
 * an evaluation that differs from what its file expects.
 */
export const needsDelayedNameFlag = ({root}: Expression, error?: PromqlError): string | undefined => {
  const collides = error?.message === 'vector cannot contain metrics with the same labelset'
  return (collides && error.position.offset > root.from) || readsLostName(root) ? delayed : undefined
}
