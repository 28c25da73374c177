import type {JsonSchema} from './json-schema.js'
import * as patterns from './quantities.js'

/** What the patterns of quantities are called in the tables. */
const quantities: Record<string, string> = {
  [patterns.durationPattern]: 'duration',
  [patterns.ratePattern]: 'rate',
  [patterns.percentPattern]: 'percentage',
  [patterns.bytesPattern]: 'size',
  [patterns.byteRatePattern]: 'bandwidth',
  [patterns.expectationPattern]: 'comparison',
}

type Node = JsonSchema

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const variantsIn = (node: Node): Node[] => (node.anyOf ?? node.oneOf ?? []).filter(isNode)

const propertiesOf = (node: Node): [string, Node][] =>
  Object.entries(node.properties ?? {}).flatMap(([key, value]) => (isNode(value) ? [[key, value]] : []))

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

/** The type of a value in the words of the text above the tables. */
const typeOf = (node: Node): string => {
  const {const: only, enum: values, pattern = '', items, type, $ref} = node
  // A definition has a table of its own, under its name.
  if ($ref !== undefined) return code($ref.replace('#/$defs/', ''))
  if (only !== undefined) return code(only)
  if (values !== undefined) return values.map(code).join(', ')
  if (quantities[pattern] !== undefined) return quantities[pattern]
  const variants = variantsIn(node)
  const kinds = new Set(variants.map(typeOf))
  if (kinds.size > 0) return [...kinds].join(' or ')
  if (isNode(items)) return `list of ${typeOf(items)}`
  const names: Record<string, string> = {
    string: 'text',
    object: 'mapping',
    array: 'list',
    integer: 'whole number',
  }
  return type === undefined || Array.isArray(type) ? 'anything' : (names[type] ?? type)
}

/** A key of a mapping, in those of its variants that have it. */
interface Row {
  key: string
  node: Node
  required: boolean
  /** Names of the variants; empty when all have it. */
  only: string[]
}

/** The key that tells a variant from its siblings: the first that no other has. */
const nameOf = (variant: Node, siblings: readonly Node[]): string => {
  const others = siblings.filter((sibling) => sibling !== variant)
  const own = propertiesOf(variant).find(([key]) =>
    others.every((other) => other.properties?.[key] === undefined),
  )
  return own?.[0] ?? ''
}

const rowsOf = (node: Node): Row[] => {
  const variants = node.properties === undefined ? variantsIn(node).filter((one) => one.properties) : [node]
  const rows = new Map<string, Row>()
  for (const variant of variants) {
    const name = nameOf(variant, variants)
    for (const [key, inner] of propertiesOf(variant)) {
      const row = rows.get(key) ?? {
        key,
        node: inner,
        required: (variant.required ?? []).includes(key),
        only: [],
      }
      rows.set(key, {...row, only: [...row.only, name]})
    }
  }
  return [...rows.values()].map((row) => ({
    ...row,
    only: row.only.length === variants.length ? [] : row.only,
  }))
}

const defaultOf = ({key, node, required, only}: Row): string => {
  if (required) return only.includes(key) ? 'chooses the kind' : 'required'
  const {default: value} = node
  if (value === undefined) return ''
  return isNode(value) || value === '' || (Array.isArray(value) && value.length === 0) ? 'none' : code(value)
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** One key of a mapping in words, with names and values between backticks. */
export interface KeyInWords {
  key: string
  value: string
  /** Empty when there is none. */
  default: string
  meaning: string
}

/** The keys that a mapping takes, in the order of the schema. */
export const keysInWords = (node: JsonSchema): KeyInWords[] =>
  rowsOf(node).map((row) => {
    const {only, key} = row
    const where =
      only.length > 0 && !only.includes(key) && !only.includes('')
        ? ` Only with ${only.map(code).join(', ')}.`
        : ''
    const meaning = `${row.node.description ?? ''}${where}`.trim()
    return {key: code(key), value: typeOf(row.node), default: defaultOf(row), meaning}
  })

const tableOf = (node: Node): string[] => [
  '| key | value | default | meaning |',
  '|---|---|---|---|',
  ...keysInWords(node).map(
    ({key, value, default: preset, meaning}) => `| ${[key, value, preset, meaning].map(cell).join(' | ')} |`,
  ),
]

/** The mapping inside a value, or inside the entries of a list. */
const innerOf = ({items, additionalProperties, ...node}: Node): {node: Node; suffix: string} => {
  if (isNode(items)) return {node: items, suffix: '[]'}
  if (isNode(additionalProperties)) return {node: additionalProperties, suffix: '.NAME'}
  return {node, suffix: ''}
}

/** One table per mapping, the outer ones first, each under a heading with its path in the file. */
export const schemaTables = (schema: Node, path = ''): string => {
  const rows = rowsOf(schema)
  if (rows.length === 0) return ''
  const table = [...(path === '' ? [] : [`### \`${path}\``, '']), ...tableOf(schema), ''].join('\n')
  const inner = rows.map((row) => {
    const {node, suffix} = innerOf(row.node)
    return schemaTables(node, `${path === '' ? '' : `${path}.`}${row.key}${suffix}`)
  })
  const definitions = Object.entries(schema.$defs ?? {}).map(([name, definition]) =>
    isNode(definition) ? schemaTables(definition, name) : '',
  )
  return [table, ...[...inner, ...definitions].filter((text) => text !== '')].join('\n')
}
