/** Where in an expression something is wrong: `line` and `column` count from 1, `offset` from 0. */
export interface Position {
  line: number
  column: number
  offset: number
}

/** A half-open range of offsets in the text of an expression. */
export interface Span {
  from: number
  to: number
}

/**
 * Why an expression has no answer: it does not parse, its types do not fit, we do not offer that part of the
 * language, or the data at hand forbids the operation (two series with the same labels, for example).
 */
export type PromqlErrorKind = 'syntax' | 'type' | 'unsupported' | 'execution'

export const positionAt = (text: string, offset: number): Position => {
  const before = text.slice(0, offset)
  return {line: before.split('\n').length, column: offset - before.lastIndexOf('\n'), offset}
}

/** An expression that cannot be parsed or evaluated. `excerpt` shows the line with a caret under the spot. */
export class PromqlError extends Error {
  override readonly name = 'PromqlError'
  readonly kind: PromqlErrorKind
  readonly position: Position
  readonly excerpt: string

  constructor(kind: PromqlErrorKind, message: string, text: string, {from, to}: Span) {
    super(message)
    this.kind = kind
    this.position = positionAt(text, from)
    const {line, column} = this.position
    const source = text.split('\n')[line - 1] ?? ''
    const width = Math.max(1, Math.min(to - from, source.length - column + 1))
    this.excerpt = `${source}\n${' '.repeat(column - 1)}${'^'.repeat(width)}`
  }
}
