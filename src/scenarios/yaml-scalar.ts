import {isScalar} from 'yaml'

const isBlank = (sign: string | undefined): boolean => sign === undefined || /\s/.test(sign)

/** Escapes of double-quoted text that stand for blanks. */
const blankEscapes = new Set(['n', 't', 'r', '0', ' '])

/** How many signs of the source stand for the one at this offset, and whether it is a blank. */
const signAt = (source: string, at: number, quote: string | undefined): {length: number; blank: boolean} => {
  const sign = source[at]
  const next = source[at + 1] ?? ''
  if (quote === '"' && sign === '\\') return {length: 2, blank: blankEscapes.has(next) || isBlank(next)}
  if (quote === "'" && sign === "'" && next === "'") return {length: 2, blank: false}
  return {length: 1, blank: isBlank(sign)}
}

/** Where the text itself begins: after a quote, or after the header of a block (`|-`). */
const bodyOf = (source: string, from: number): {start: number; quote: string | undefined} => {
  const first = source[from]
  if (first === '"' || first === "'") return {start: from + 1, quote: first}
  if (first !== '|' && first !== '>') return {start: from, quote: undefined}
  const end = source.indexOf('\n', from)
  return {start: end < 0 ? from : end + 1, quote: undefined}
}

/**
 * Where the sign at `offset` of a scalar's value stands in the source: signs that are not blank are counted on both
 * sides, as YAML folds lines and takes indents away. Undefined when the node is no text of its own.
 */
export const offsetInSource = (source: string, node: unknown, offset: number): number | undefined => {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined
  const [from, to] = node.range
  const {start, quote} = bodyOf(source, from)
  let left = [...node.value.slice(0, offset).matchAll(/\S/g)].length
  let at = start
  for (;;) {
    const {length, blank} = signAt(source, at, quote)
    if (at >= to) return Math.max(start, to - 1)
    if (!blank && left === 0) return at
    if (!blank) left--
    at += length
  }
}
