import type {Json} from '../../system/json.js'
import type {Random} from '../../system/random.js'

/** What the templates of one request draw from. */
export interface Draw {
  random: Random
  /** Number of the request in the run, from 1. */
  sequence: number
}

/** A text whose templates are filled in anew for each request. */
export type Template = (draw: Draw) => string

/** How a text is compiled: its lists, how values are written into the place, and where complaints go. */
export interface TemplateContext {
  lists: Readonly<Record<string, readonly Json[]>>
  /** Fits a drawn value to its place: percent-encoding in a path, JSON escapes in a JSON body. */
  adapt: (value: string) => string
  problem: (message: string) => void
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

const whole = /^-?\d+$/

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

const pick = (args: readonly string[], {lists, adapt, problem}: TemplateContext): Template | undefined => {
  const [name] = args
  if (name === undefined || args.length > 1) {
    problem('pick takes the name of one list: {{pick NAME}}')
    return undefined
  }
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined
  if (list === undefined) {
    const known = Object.keys(lists).join(', ') || 'none'
    problem(`unknown list "${name}" (lists of the scenario and its target: ${known})`)
    return undefined
  }
  if (list.length === 0) problem(`the list "${name}" is empty`)
  const texts = list.map((value) => adapt(asText(value)))
  return ({random}) => texts[random.below(texts.length)] ?? ''
}

const between = (args: readonly string[], {problem}: TemplateContext): Template | undefined => {
  const [from, to] = args.map(Number)
  const valid = args.length === 2 && args.every((argument) => whole.test(argument))
  if (!valid || from === undefined || to === undefined || from > to) {
    problem('random takes two whole numbers, the smaller first: {{random 1 6}}')
    return undefined
  }
  return ({random}) => String(from + random.below(to - from + 1))
}

/** Every template by name. Each returns undefined after complaining. */
const templates = {
  pick,
  uuid: () => uuid,
  sequence:
    () =>
    ({sequence}) =>
      String(sequence),
  random: between,
} satisfies Record<string, (args: readonly string[], context: TemplateContext) => Template | undefined>

const isTemplate = (name: string): name is keyof typeof templates => Object.hasOwn(templates, name)

const compileOne = (source: string, context: TemplateContext): Template | undefined => {
  const [name = '', ...args] = source.trim().split(/\s+/)
  if (isTemplate(name)) return templates[name](args, context)
  context.problem(`unknown template {{${source}}} (known: ${Object.keys(templates).join(', ')})`)
  return undefined
}

/** Compiles the `{{templates}}` of a text, once; `literal` says how the text between them is written. */
export const compileTemplate = (
  source: string,
  context: TemplateContext,
  literal: (text: string) => string = (text) => text,
): Template => {
  // Splitting by a capturing group leaves texts at even places and what stood between the braces at odd ones.
  const pieces = source.split(/\{\{(.*?)\}\}/s)
  if (pieces.some((piece, index) => index % 2 === 0 && piece.includes('{{')))
    context.problem('"{{" is never closed with "}}"')
  const parts = pieces.map((piece, index): Template => {
    const text = literal(piece)
    return (index % 2 === 1 && compileOne(piece, context)) || (() => text)
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
