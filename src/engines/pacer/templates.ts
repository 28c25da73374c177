import type {ReplayEntry} from '../../scenarios/scenario.js'
import {
  fieldOf,
  isValue,
  listAndField,
  type TemplateCall,
  type TemplateScope,
  templateProblems,
  templateText,
} from '../../scenarios/template-text.js'
import type {Json} from '../../system/json.js'
import type {Random} from '../../system/random.js'

/** What the templates of one arrival draw from. */
export interface Draw {
  random: Random
  /** Number of the arrival in the run, from 1. */
  sequence: number
  /** Which row of a list this arrival has, by what draws it; filled in as rows are drawn. */
  rows?: Map<string, number>
  /** What earlier steps of the same flow took from their answers. */
  values?: Readonly<Record<string, string>>
  /** The cookies of a flow that keeps them. */
  cookies?: {headerFor(origin: string, path: string): string | undefined}
  /** The request of a log, where one is sent again. */
  entry?: ReplayEntry | undefined
}

/** A value of an answer does not fit where a later step puts it, such as a line break in a header. */
export class UnfitValue extends Error {}

/** A text whose templates are filled in anew for each request. */
export type Template = (draw: Draw) => string

/** How a text is compiled: what it may name, how values are written into the place, and where complaints go. */
export interface TemplateContext extends TemplateScope {
  /** Fits a drawn value to its place: percent-encoding in a path, JSON escapes in a JSON body. */
  adapt: (value: string) => string
  problem: (message: string) => void
  /** Numbers the rows that `next` hands out of a list; each list is counted by itself. */
  nextRow?: (list: string) => number
}

/** Hands out row after row of each list; with several threads, each has every n-th row. */
export const countRows = (first = 0, step = 1): ((list: string) => number) => {
  const counts = new Map<string, number>()
  return (list) => {
    const row = counts.get(list) ?? first
    counts.set(list, row + step)
    return row
  }
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

const hex = (random: Random): string =>
  random
    .below(2 ** 32)
    .toString(16)
    .padStart(8, '0')

/** A version 4 UUID of seeded bits: the same run draws the same ones. */
const uuid = ({random}: Draw): string => {
  const bits = hex(random) + hex(random) + hex(random) + hex(random)
  const variant = ((Number.parseInt(bits.charAt(16), 16) & 3) | 8).toString(16)
  return `${bits.slice(0, 8)}-${bits.slice(8, 12)}-4${bits.slice(13, 16)}-${variant}${bits.slice(17, 20)}-${bits.slice(20)}`
}

/** The texts that a list has at this place, one for each row. */
const textsOf = (argument: string, {lists, adapt}: TemplateContext) => {
  const {list, field} = listAndField(argument, lists)
  const rows = Object.hasOwn(lists, list) ? (lists[list] ?? []) : []
  const texts = rows.map((row) => adapt(asText(fieldOf(row, field) ?? '')))
  return {list, whole: field.length === 0, texts}
}

/** The row that this arrival has of a list; drawn once, and kept. */
const rowOf = (draw: Draw, key: string, drawRow: () => number): number => {
  draw.rows ??= new Map()
  const known = draw.rows.get(key)
  if (known !== undefined) return known
  const row = drawRow()
  draw.rows.set(key, row)
  return row
}

const pick = ({args: [argument = '']}: TemplateCall, context: TemplateContext): Template => {
  const {list, whole, texts} = textsOf(argument, context)
  if (whole) return ({random}) => texts[random.below(texts.length)] ?? ''
  const key = `pick ${list}`
  return (draw) => texts[rowOf(draw, key, () => draw.random.below(texts.length))] ?? ''
}

const next = ({args: [argument = '']}: TemplateCall, context: TemplateContext): Template => {
  const {list, texts} = textsOf(argument, context)
  const key = `next ${list}`
  const {nextRow = countRows()} = context
  return (draw) => texts[rowOf(draw, key, () => nextRow(list) % texts.length)] ?? ''
}

const between = ({args}: TemplateCall): Template => {
  const [from = 0, to = 0] = args.map(Number)
  return ({random}) => String(from + random.below(to - from + 1))
}

/** Every template by name; each is called only where nothing is wrong. */
const templates: Record<string, (call: TemplateCall, context: TemplateContext) => Template> = {
  pick,
  next,
  uuid: () => uuid,
  sequence:
    () =>
    ({sequence}) =>
      String(sequence),
  random: between,
}

const compileOne = (call: TemplateCall, context: TemplateContext): Template => {
  const {name} = call
  if (isValue(call, context)) {
    const {adapt} = context
    return ({values}) => adapt(values?.[name] ?? '')
  }
  return templates[name]?.(call, context) ?? (() => '')
}

/** Compiles the `{{templates}}` of a text, once; `literal` says how the text between them is written. */
export const compileTemplate = (
  source: string,
  context: TemplateContext,
  literal: (text: string) => string = (text) => text,
): Template => {
  const problems = templateProblems(source, context)
  for (const problem of problems) context.problem(problem)
  if (problems.length > 0) return () => ''
  const parts = templateText(source).pieces.map((piece): Template => {
    if (typeof piece !== 'string') return compileOne(piece, context)
    const text = literal(piece)
    return () => text
  })
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  return (draw) => {
    let text = ''
    for (const part of parts) text += part(draw)
    return text
  }
}

const inJsonString = (value: string): string => JSON.stringify(value).slice(1, -1)

/** Joins pieces of JSON so that what never changes is one string. */
const joined = (before: string, parts: readonly Template[], after: string): Template => {
  return (draw) => `${before}${parts.map((part) => part(draw)).join(',')}${after}`
}

/** Compiles a JSON value with templates inside its strings to the text of that JSON; strings stay strings. */
export const compileJson = (value: Json, context: TemplateContext): Template => {
  const escaping = {...context, adapt: inJsonString}
  const compile = (json: Json): Template => {
    if (Array.isArray(json)) return joined('[', json.map(compile), ']')
    if (typeof json === 'string') {
      const text = compileTemplate(json, escaping, inJsonString)
      return (draw) => `"${text(draw)}"`
    }
    if (json === null || typeof json !== 'object') {
      const text = JSON.stringify(json)
      return () => text
    }
    const fields = Object.entries(json).map(([key, field]): Template => {
      const name = JSON.stringify(key)
      const text = compile(field)
      return (draw) => `${name}:${text(draw)}`
    })
    return joined('{', fields, '}')
  }
  return JSON.stringify(value).includes('{{') ? compile(value) : constant(JSON.stringify(value))
}

const constant =
  (text: string): Template =>
  () =>
    text
