import {stripVTControlCharacters, styleText} from 'node:util'
import type {Outcome} from '../exit-codes.js'

type Style = Parameters<typeof styleText>[0]

/** Colours a text, or leaves it: colour only repeats what marks and words say. */
export type Paint = (style: Style, text: string) => string

/** `validateStream: false` keeps the report a function of its arguments: no stream, no environment is asked. */
export const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color ? styleText(style, text, {validateStream: false}) : text

/** One mark for each outcome, readable without colour. */
export const marks = {
  pass: '✔',
  fail: '✘',
  inconclusive: '?',
  invalid: '!',
  error: '!',
  residual: '!',
  interrupted: '!',
} as const satisfies Record<Outcome, string>

export const styles = {
  pass: 'green',
  fail: 'red',
  inconclusive: 'yellow',
  invalid: 'yellow',
  error: 'red',
  residual: 'red',
  interrupted: 'yellow',
} as const satisfies Record<Outcome, Style>

/** A text from outside, on one line and without escape sequences: names and messages must not drive the terminal. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[^\P{Cc}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()

/** Cuts a text to a width, and says so. */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`

/** Breaks a text at spaces into lines of a width; a word longer than a line is broken where the line ends. */
const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    let rest = word
    if (line !== '' && line.length + 1 + rest.length <= width) {
      line = `${line} ${rest}`
      continue
    }
    if (line !== '') lines.push(line)
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width))
    line = rest
  }
  return line === '' ? lines : [...lines, line]
}

/** So little room beside a lead, and the text goes below it. */
const leastRoom = 16

/** A wrapped paragraph whose first line begins with `lead` and whose others are indented as far, where there is room. */
export const hanging = (lead: string, text: string, width: number): string[] => {
  const room = width - lead.length
  if (room < leastRoom && lead.trim().length > 3)
    return [lead.trimEnd(), ...wrap(plain(text), Math.max(leastRoom, width - 4)).map((line) => `    ${line}`)]
  // An indent gives way where there is no room for both.
  const first = lead.trim() === '' ? lead.slice(0, Math.max(0, width - leastRoom)) : lead
  return wrap(plain(text), Math.max(leastRoom, width - first.length)).map((line, index) =>
    index === 0 ? `${first}${line}` : `${' '.repeat(first.length)}${line}`,
  )
}

/** Columns of equal width, two spaces apart; those named in `right` are set to the right. */
export const columns = (rows: readonly (readonly string[])[], right: readonly number[] = []): string[] => {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0
        return right.includes(index) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

/**
 * A table with its heads; where it is wider than the terminal, each row is a paragraph of its own that says what each cell
 * is, after the first.
 */
export const tableLines = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  {
    width,
    right = [],
    head = (line) => line,
  }: {width: number; right?: readonly number[]; head?: (line: string) => string},
): string[] => {
  const [first = '', ...others] = columns([heads, ...rows], right).map((line) => `  ${line}`)
  if ([first, ...others].every(({length}) => length <= width)) return [head(first), ...others]
  return rows.flatMap(([name = '', ...cells]) => {
    const told = cells.flatMap((cell, at) => (cell === '' ? [] : [`${heads[at + 1]} ${cell}`]))
    return hanging('  ', `${name}: ${told.join(', ')}`, width)
  })
}
