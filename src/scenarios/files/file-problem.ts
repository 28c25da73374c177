/** One thing that is wrong inside a file; line and column from 1. */
export interface FileProblem {
  line: number
  column: number
  message: string
}

/** Line and column, from 1, of an offset into a text. */
export const placeOf = (text: string, offset: number): {line: number; column: number} => {
  const before = text.slice(0, offset)
  return {line: before.split('\n').length, column: offset - before.lastIndexOf('\n')}
}
