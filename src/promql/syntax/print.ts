import {durationText} from '../duration.js'
import {formatNumber} from '../format.js'
import type {Matcher} from '../storage.js'
import type {Aggregate, At, Binary, Expression, Node, RangeSelector, Selector, Subquery} from './ast.js'
import {quote} from './strings.js'

const plainName = /^[a-zA-Z_:][\w:]*$/
const nameOrText = (name: string): string => (plainName.test(name) ? name : quote(name))
const names = (labels: readonly string[]): string => labels.map(nameOrText).join(', ')

const signedDuration = (ms: number): string => (ms < 0 ? `-${durationText(-ms)}` : durationText(ms))

const modifiers = ({at, offsetMs}: {at?: At; offsetMs: number}): string => {
  const when = at === undefined ? '' : ` @ ${typeof at === 'number' ? (at / 1000).toFixed(3) : `${at}()`}`
  return offsetMs === 0 ? when : `${when} offset ${signedDuration(offsetMs)}`
}

const matcherText = ({label, op, value}: Matcher): string => `${nameOrText(label)}${op}${quote(value)}`

/** A name in the braces stays there, as a matcher. */
const selectorText = ({matchers, from}: Selector, text: string): string => {
  const name =
    text[from] === '{' ? undefined : matchers.find(({label, op}) => label === '__name__' && op === '=')
  const rest = matchers
    .filter((one) => one !== name)
    .map(matcherText)
    .sort()
  if (!name) return `{${rest.join(',')}}`
  return rest.length === 0 ? name.value : `${name.value}{${rest.join(',')}}`
}

const rangeText = ({selector, rangeMs}: RangeSelector, text: string): string =>
  `${selectorText(selector, text)}[${durationText(rangeMs)}]${modifiers(selector)}`

const subqueryEnd = (node: Subquery): string =>
  `[${durationText(node.rangeMs)}:${node.stepMs === undefined ? '' : durationText(node.stepMs)}]${modifiers(node)}`

const aggregateStart = ({operator, grouping: {without, labels}}: Aggregate): string => {
  if (without) return `${operator} without (${names(labels)}) `
  return labels.length === 0 ? operator : `${operator} by (${names(labels)}) `
}

const operatorText = ({operator, returnBool, matching}: Binary): string => {
  const start = returnBool ? `${operator} bool` : operator
  if (!matching || (!matching.on && matching.labels.length === 0 && !matching.group)) return start
  const {on, labels, group} = matching
  const end = group ? ` group_${group.side} (${names(group.include)})` : ''
  return `${start} ${on ? 'on' : 'ignoring'} (${names(labels)})${end}`
}

/** `5m` is a number too, and stays what it was written as. */
const numberText = (value: number, written: string): string =>
  /^[+-]?\s*(?:\d+(?:ms|[smhdwy]))+$/.test(written) ? signedDuration(value * 1000) : formatNumber(value)

/** A node on one line. */
const onOneLine = (node: Node, text: string): string => {
  switch (node.kind) {
    case 'number':
      return numberText(node.value, text.slice(node.from, node.to))
    case 'string':
      return quote(node.value)
    case 'selector':
      return selectorText(node, text) + modifiers(node)
    case 'range':
      return rangeText(node, text)
    case 'subquery':
      return onOneLine(node.of, text) + subqueryEnd(node)
    case 'call':
      return `${node.name}(${node.args.map((arg) => onOneLine(arg, text)).join(', ')})`
    case 'aggregate': {
      const parameter = node.parameter ? `${onOneLine(node.parameter, text)}, ` : ''
      return `${aggregateStart(node)}(${parameter}${onOneLine(node.of, text)})`
    }
    case 'binary':
      return `${onOneLine(node.left, text)} ${operatorText(node)} ${onOneLine(node.right, text)}`
    case 'unary':
      return node.of.kind === 'number'
        ? numberText(
            node.operator === '-' ? -node.of.value : node.of.value,
            text.slice(node.of.from, node.of.to),
          )
        : node.operator + onOneLine(node.of, text)
    case 'parentheses':
      return `(${onOneLine(node.of, text)})`
  }
}

const longestLine = 100
const isLong = (line: string): boolean => new TextEncoder().encode(line).length > longestLine
const indent = (level: number): string => '  '.repeat(level)

/** A node whose line would be too long, its parts each on lines of their own one level deeper. */
const onLines = (node: Node, text: string, level: number): string => {
  const line = onOneLine(node, text)
  const inner = (part: Node): string => onLines(part, text, level + 1)
  const start = indent(level)
  if (node.kind === 'unary' && node.of.kind !== 'number')
    return start + node.operator + onLines(node.of, text, level).trim()
  if (node.kind === 'subquery') return isLong(line) ? onLines(node.of, text, level) + subqueryEnd(node) : line
  if (!isLong(line)) return start + line
  switch (node.kind) {
    case 'call':
      return `${start}${node.name}(\n${node.args.map(inner).join(',\n')}\n${start})`
    case 'aggregate': {
      const parameter = node.parameter ? `${inner(node.parameter)},\n` : ''
      return `${start}${aggregateStart(node)}(\n${parameter}${inner(node.of)}\n${start})`
    }
    case 'binary':
      return `${inner(node.left)}\n${start}${operatorText(node)}\n${inner(node.right)}`
    case 'parentheses':
      return `${start}(\n${inner(node.of)}\n${start})`
    default:
      return start + line
  }
}

/** An expression as Prometheus formats it: one space around operators, and lines of at most 100 bytes where that can be had. */
export const formatExpression = ({root, text}: Expression): string => onLines(root, text, 0)
