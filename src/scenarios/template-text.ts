import type {Json} from '../system/json.js'
import {orKnown} from './suggest.js'

/** Every template, in the order in which messages list them. What takes no arguments and is none of these is a value of the flow. */
export const templateNames = ['pick', 'next', 'uuid', 'sequence', 'random'] as const
export type TemplateName = (typeof templateNames)[number]

/** What stood between two braces: its first word and the words after it. */
export interface TemplateCall {
  name: string
  args: string[]
  /** As written. */
  source: string
}

/** A text in pieces: literal text, and what is filled in. */
export interface TemplateText {
  pieces: (string | TemplateCall)[]
  /** There is a `{{` without its `}}`. */
  unclosed: boolean
}

/** Takes a text with `{{templates}}` apart. */
export const templateText = (source: string): TemplateText => {
  // Splitting by a capturing group leaves texts at even places and what stood between the braces at odd ones.
  const parts = source.split(/\{\{(.*?)\}\}/s)
  const unclosed = parts.some((part, index) => index % 2 === 0 && part.includes('{{'))
  const pieces = parts.map((part, index): string | TemplateCall => {
    if (index % 2 === 0) return part
    const [name = '', ...args] = part.trim().split(/\s+/)
    return {name, args, source: part}
  })
  return {pieces, unclosed}
}

/** The templates of a text. */
export const callsIn = (source: string): TemplateCall[] =>
  templateText(source).pieces.filter((piece) => typeof piece !== 'string')

/** Every text in a JSON value, keys of mappings excepted: templates stand in values. */
export const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

type Lists = Readonly<Record<string, readonly Json[]>>

/** What the templates of one text may name. */
export interface TemplateScope {
  lists: Lists
  /** The target may have further lists, not known yet: an unknown name is no problem. */
  open?: boolean
  /** Values that earlier steps of the same flow have taken from answers; none outside flows. */
  values?: readonly string[]
}

/** `users.address.city` is the list `users` and the way into each of its rows, unless a list has the whole name. */
export const listAndField = (argument: string, lists: Lists): {list: string; field: string[]} => {
  if (Object.hasOwn(lists, argument)) return {list: argument, field: []}
  const [list = '', ...field] = argument.split('.')
  return {list, field}
}

/** What a row holds at this way; undefined when there is nothing. */
export const fieldOf = (row: Json, way: readonly string[]): Json | undefined =>
  way.reduce<Json | undefined>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.hasOwn(inner, key)
        ? inner[key]
        : undefined,
    row,
  )

const fieldsOf = (row: Json | undefined): string[] =>
  typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.keys(row) : []

const listProblem = ({name, args}: TemplateCall, {lists, open}: TemplateScope): string | undefined => {
  const [argument] = args
  if (argument === undefined || args.length > 1)
    return `${name} takes the name of one list: {{${name} NAME}} or {{${name} NAME.FIELD}}`
  const {list: listName, field} = listAndField(argument, lists)
  const list = Object.hasOwn(lists, listName) ? lists[listName] : undefined
  if (list === undefined) {
    const known = Object.keys(lists).join(', ') || 'none'
    return open ? undefined : `unknown list "${listName}" (lists of the scenario and its target: ${known})`
  }
  if (list.length === 0) return `the list "${listName}" is empty`
  if (field.length === 0) return undefined
  const without = list.findIndex((row) => fieldOf(row, field) === undefined)
  if (without < 0) return undefined
  const wanted = field.join('.')
  const fields = fieldsOf(list[without])
  if (fields.length === 0)
    return `entry ${without + 1} of the list "${listName}" is no mapping: it has no fields`
  return `entry ${without + 1} of the list "${listName}" has no field "${wanted}"${orKnown(wanted, fields)}`
}

const whole = /^-?\d+$/

const randomProblem = ({args}: TemplateCall): string | undefined => {
  const [from, to] = args.map(Number)
  const valid = args.length === 2 && args.every((argument) => whole.test(argument))
  return valid && from !== undefined && to !== undefined && from <= to
    ? undefined
    : 'random takes two whole numbers, the smaller first: {{random 1 6}}'
}

const isTemplate = (name: string): name is TemplateName => templateNames.some((known) => known === name)

/** Whether it stands for a value that an earlier step of the flow took from its answer. */
export const isValue = ({name, args}: TemplateCall, {values = []}: TemplateScope): boolean =>
  args.length === 0 && values.includes(name)

/**
 * Of a path that begins with a value of the flow, `{{location}}?full=1`: the name, and what follows. Such a value is a
 * way by itself, as servers answer in `location`.
 */
export const leadingValue = (
  path: string,
  scope: TemplateScope,
): {name: string; rest: string} | undefined => {
  const [before, first] = templateText(path).pieces
  if (before !== '' || typeof first !== 'object' || !isValue(first, scope)) return undefined
  return {name: first.name, rest: path.slice(first.source.length + 4)}
}

const callProblem = (call: TemplateCall, scope: TemplateScope): string | undefined => {
  const {name, args, source} = call
  if (isTemplate(name)) {
    if (name === 'pick' || name === 'next') return listProblem(call, scope)
    if (name === 'random') return randomProblem(call)
    return args.length === 0 ? undefined : `${name} takes nothing: {{${name}}}`
  }
  if (isValue(call, scope)) return undefined
  const values = scope.values ?? []
  const known = [...templateNames, ...values].join(', ')
  return `unknown template {{${source}}} (known: ${known})`
}

/** Everything that is wrong with the templates of a text, in their order. */
export const templateProblems = (source: string, scope: TemplateScope): string[] => {
  const {pieces, unclosed} = templateText(source)
  const problems = pieces.flatMap((piece) =>
    typeof piece === 'string' ? [] : (callProblem(piece, scope) ?? []),
  )
  return unclosed ? ['"{{" is never closed with "}}"', ...problems] : problems
}
