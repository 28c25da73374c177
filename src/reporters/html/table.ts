import {html, type Markup} from './markup.js'

export type Cell = Markup | string | number

/** A row, and where its numbers come from: told where the pointer rests on it. */
interface SourcedRow {
  cells: readonly Cell[]
  source: string
}

const rowOf = (row: readonly Cell[] | SourcedRow): {cells: readonly Cell[]; source?: string} =>
  'cells' in row ? row : {cells: row}

/** A table that scrolls by itself on a narrow screen; the columns named in `numbers` are set to the right. */
export const table = (
  heads: readonly string[],
  rows: readonly (readonly Cell[] | SourcedRow)[],
  numbers: readonly number[] = [],
): Markup => {
  const kind = (at: number): Markup | undefined => (numbers.includes(at) ? html` class="n"` : undefined)
  const named = (source: string | undefined): Markup | undefined =>
    source === undefined ? undefined : html` title="${source}"`
  return html`<div class="wide"><table><thead><tr>${heads.map((head, at) => html`<th scope="col"${kind(at)}>${head}</th>`)}</tr></thead><tbody>${rows
    .map(rowOf)
    .map(
      ({cells, source}) =>
        html`<tr${named(source)}>${cells.map((cell, at) => html`<td${kind(at)}>${cell}</td>`)}</tr>`,
    )}</tbody></table></div>`
}
