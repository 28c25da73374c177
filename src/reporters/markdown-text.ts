import {clip, plain} from './layout.js'

/** Text from outside as text: no markup, no HTML, no table cells, no mentions of people. */
export const inert = (text: string): string =>
  plain(text)
    .replace(/[\\`*_{}[\]#|~!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@<!-- -->')

/** Text in a code span; a backtick in it needs a longer fence. */
export const code = (text: string): string => {
  const longest = Math.max(0, ...[...plain(text).matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${plain(text)} ${fence}` : `${fence}${plain(text)}${fence}`
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** A table of cells that are markdown already. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(heads),
  row(heads.map(() => '---')),
  ...rows.map(row),
]

/** How much of what is told: rows of a table or a list, characters of a text from outside. */
export interface Limits {
  rows: number
  length: number
}

/** Text from outside, no longer than allowed. */
export const short = (text: string, {length}: Limits): string => inert(clip(plain(text), length))

/** The first rows of a table, and how many are left out. */
export const cappedRows = (rows: readonly string[][], {rows: most}: Limits): string[][] => {
  const columns = rows[0]?.length ?? 0
  if (rows.length <= most) return [...rows]
  const more = [`${rows.length - most} more`, ...Array.from({length: columns - 1}, () => '')]
  return [...rows.slice(0, most), more]
}
