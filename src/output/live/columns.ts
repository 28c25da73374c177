import {stripVTControlCharacters} from 'node:util'
import stringWidth from 'string-width'

const characters = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** Columns that a text takes on a terminal: styles take none, wide characters two. */
export const columnsOf = (text: string): number => stringWidth(text)

/** Cuts a line at the terminal's width: a wrapped line would break the counting of rows. What is cut loses its styles. */
export const cutTo = (line: string, columns: number): string => {
  if (columnsOf(line) <= columns) return line
  let cut = ''
  for (const {segment} of characters.segment(stripVTControlCharacters(line))) {
    if (columnsOf(cut) + columnsOf(segment) > columns - 1) break
    cut += segment
  }
  return `${cut}…`
}
