import {aggregations} from '../aggregations/index.js'
import {PromqlError, type Span} from '../errors.js'
import {functions, unsupportedFunctions} from '../functions/index.js'
import {isLabelName} from '../labels.js'
import {matchesEmpty} from '../matchers.js'
import type {Aggregate, Call, Node, Selector, Subquery, Unary, ValueType} from './ast.js'
import {checkBinary} from './check-binary.js'
import {quote} from './strings.js'
import {unknownName} from './syntax-error.js'

const spelled: Record<ValueType, string> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  range: 'range vector',
}

/** How an error message names a type, as Prometheus does. */
const typeName = (type: ValueType): string => spelled[type]

const plural = (count: number): string => `${count} argument${count === 1 ? '' : 's'}`

const checkCount = ({name, args}: Call, fail: (message: string) => PromqlError): void => {
  const signature = functions[name]
  if (!signature) return
  const most = signature.args.length
  const least = most - (signature.repeats ? 1 : (signature.optional ?? 0))
  const got = `in call to "${name}", got ${args.length}`
  if (least === most && args.length !== most) throw fail(`expected ${plural(most)} ${got}`)
  if (args.length < least) throw fail(`expected at least ${plural(least)} ${got}`)
  if (!signature.repeats && args.length > most) throw fail(`expected at most ${plural(most)} ${got}`)
}

const checkCall = (call: Call, text: string): ValueType => {
  const signature = functions[call.name]
  const reason = unsupportedFunctions[call.name]
  const name = {from: call.from, to: call.from + call.name.length}
  if (reason !== undefined) {
    throw new PromqlError('unsupported', `${call.name}() is not supported: ${reason}`, text, name)
  }
  if (!signature) throw unknownName(call.name, text, name)
  checkCount(call, (message) => new PromqlError('type', message, text, call))
  call.args.forEach((arg, index) => {
    const wanted = signature.args[Math.min(index, signature.args.length - 1)] ?? 'vector'
    expectType(arg, wanted, `call to function "${call.name}"`, text)
  })
  return signature.returns
}

const expectType = (node: Node, wanted: ValueType, where: string, text: string): void => {
  const got = checkTypes(node, text)
  if (got === wanted) return
  const message = `expected type ${typeName(wanted)} in ${where}, got ${typeName(got)}`
  throw new PromqlError('type', message, text, node)
}

const checkAggregate = (node: Aggregate, text: string): ValueType => {
  const wanted = aggregations[node.operator]?.parameter
  if (node.parameter && wanted) expectType(node.parameter, wanted, 'aggregation parameter', text)
  expectType(node.of, 'vector', 'aggregation expression', text)
  const invalid = node.grouping.labels.find((label) => !isLabelName(label))
  if (invalid !== undefined) throw invalidLabel(invalid, text, node)
  return 'vector'
}

const invalidLabel = (label: string, text: string, at: Span): PromqlError =>
  new PromqlError('type', `invalid label name ${quote(label)}`, text, at)

const checkSelector = ({matchers, from, to}: Selector, text: string): ValueType => {
  // A selector that any series without labels would match is most likely a mistake, and would read everything.
  if (matchers.every(matchesEmpty)) {
    const message = 'vector selector must contain at least one non-empty matcher'
    throw new PromqlError('type', message, text, {from, to})
  }
  return 'vector'
}

const checkSubquery = (node: Subquery, text: string): ValueType => {
  const got = checkTypes(node.of, text)
  if (got === 'vector') return 'range'
  const message = `subquery is only allowed on instant vector, got ${typeName(got)} instead`
  throw new PromqlError('type', message, text, node)
}

const checkUnary = (node: Unary, text: string): ValueType => {
  const got = checkTypes(node.of, text)
  if (got === 'scalar' || got === 'vector') return got
  const message = `unary expression only allowed on expressions of type scalar or instant vector, got "${typeName(got)}"`
  throw new PromqlError('type', message, text, node)
}

/** The type of an expression; throws PromqlError where a part has a type that does not fit. */
export const checkTypes = (node: Node, text: string): ValueType => {
  switch (node.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
      return checkSelector(node, text)
    case 'range':
      checkSelector(node.selector, text)
      return 'range'
    case 'subquery':
      return checkSubquery(node, text)
    case 'call':
      return checkCall(node, text)
    case 'aggregate':
      return checkAggregate(node, text)
    case 'binary':
      return checkBinary(node, checkTypes(node.left, text), checkTypes(node.right, text), text)
    case 'unary':
      return checkUnary(node, text)
    case 'parentheses':
      return checkTypes(node.of, text)
  }
}
