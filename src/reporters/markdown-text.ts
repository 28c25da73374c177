import {plain} from './layout.js'

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
