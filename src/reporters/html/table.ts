import {html, type Markup} from './markup.js'

export type Cell = Markup | string | number

/** A table that scrolls by itself on a narrow screen; the columns named in `numbers` are set to the right. */
export const table = (
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  numbers: readonly number[] = [],
): Markup => {
  const kind = (at: number): Markup | undefined => (numbers.includes(at) ? html` class="n"` : undefined)
  return html`<div class="wide"><table><thead><tr>${heads.map((head, at) => html`<th scope="col"${kind(at)}>${head}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, at) => html`<td${kind(at)}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
}
