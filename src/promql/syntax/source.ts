import type {SyntaxNode} from '@lezer/common'
import type {PromqlError, PromqlErrorKind} from '../errors.js'
import type {Node} from './ast.js'
import {parseNumber} from './literals.js'
import {unquote} from './strings.js'

/** The text under conversion, and how its parts are read. */
export interface Source {
  text: string
  slice(node: SyntaxNode): string
  convert(node: SyntaxNode): Node
  error(message: string, node: SyntaxNode, kind?: PromqlErrorKind): PromqlError
}

/** The named children of a syntax node, in order, without comments. */
export const childrenOf = (node: SyntaxNode): SyntaxNode[] => {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child)
  }
  return children
}

/** The child that the grammar promises; its absence is a bug, as broken trees are refused before. */
export const childOf = (node: SyntaxNode, index: number): SyntaxNode => {
  const child = childrenOf(node).at(index)
  if (!child) throw new Error(`The grammar has changed: ${node.name} has no child ${index}`)
  return child
}

export const readNumber = (node: SyntaxNode, source: Source): number => {
  const value = parseNumber(source.slice(node))
  if (value === undefined) throw source.error(`bad number or duration syntax: "${source.slice(node)}"`, node)
  return value
}

export const readString = (node: SyntaxNode, source: Source): string => {
  const value = unquote(source.slice(node))
  if (value === undefined) throw source.error('unterminated string or unknown escape in it', node)
  return value
}
