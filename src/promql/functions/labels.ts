import {executionError} from '../evaluate/context.js'
import type {Column} from '../evaluate/values.js'
import {isLabelName, type Labels, labelOf} from '../labels.js'
import {anchored, type Regex, type RegexMatch} from '../regex.js'
import {quote} from '../syntax/strings.js'
import {type Functions, type Invocation, placeOf, textArgument, vectorArgument} from './function.js'

const labelArgument = (invocation: Invocation, index: number, what: string): string => {
  const name = textArgument(invocation, index).value
  if (isLabelName(name)) return name
  const message = `invalid ${what} label name in ${invocation.node.name}(): ${quote(name)}`
  throw executionError(invocation.context, message, placeOf(invocation, index))
}

const regexArgument = (invocation: Invocation, index: number): Regex => {
  const source = textArgument(invocation, index).value
  try {
    return anchored(source)
  } catch {
    const message = `invalid regular expression in ${invocation.node.name}(): ${quote(source)}`
    throw executionError(invocation.context, message, placeOf(invocation, index))
  }
}

const reference = /\$(?:\$|(\w+)|\{(\w+)\})/g

/** Fills in `$1`, `${1}`, `$name` and `$$`; what did not take part in the match is empty. */
const expand = (template: string, match: RegexMatch): string =>
  template.replace(reference, (whole, plain: string | undefined, braced: string | undefined) => {
    const name = plain ?? braced
    if (name === undefined) return whole === '$$' ? '$' : whole
    return (/^\d+$/.test(name) ? match.groups[Number(name)] : match.named(name)) ?? ''
  })

const withLabel = (labels: Labels, name: string, value: string): Labels => {
  const {[name]: _replaced, ...rest} = labels
  return value === '' ? rest : {...rest, [name]: value}
}

const replaced = (invocation: Invocation): Column[] => {
  const target = labelArgument(invocation, 1, 'destination')
  const template = textArgument(invocation, 2).value
  const source = textArgument(invocation, 3).value
  const regex = regexArgument(invocation, 4)
  return vectorArgument(invocation, 0).columns.map((column) => {
    const match = regex.match(labelOf(column.labels, source))
    return match ? {...column, labels: withLabel(column.labels, target, expand(template, match))} : column
  })
}

const joined = (invocation: Invocation): Column[] => {
  const target = labelArgument(invocation, 1, 'destination')
  const separator = textArgument(invocation, 2).value
  const sources = invocation.args.slice(3).map((_, index) => labelArgument(invocation, index + 3, 'source'))
  return vectorArgument(invocation, 0).columns.map((column) => {
    const value = sources.map((source) => labelOf(column.labels, source)).join(separator)
    return {...column, labels: withLabel(column.labels, target, value)}
  })
}

/** New labels made of others. */
export const labelFunctions = {
  label_replace: {
    kind: 'whole',
    args: ['vector', 'string', 'string', 'string', 'string'],
    returns: 'vector',
    evaluate: (invocation) => ({type: 'vector', columns: replaced(invocation)}),
  },
  label_join: {
    kind: 'whole',
    args: ['vector', 'string', 'string', 'string'],
    repeats: true,
    returns: 'vector',
    evaluate: (invocation) => ({type: 'vector', columns: joined(invocation)}),
  },
} satisfies Functions
