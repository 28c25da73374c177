/** Markup that is safe to put into a page as it is. Only `html` and `markup` make it. */
export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | undefined | readonly Part[]

const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

/** Text from outside as text, in content and in quoted attributes alike; without control characters. */
const escaped = (text: string): string =>
  text
    .replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)

const written = (part: Part): string => {
  if (part === undefined) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(written).join('')
}

/** Markup of our own, such as a style sheet: nothing of it is escaped. */
export const markup = (text: string): Markup => ({markup: text})

/** Builds markup: everything filled in is escaped, unless it is markup already. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Markup =>
  markup(texts.reduce((all, text, at) => `${all}${written(parts[at - 1])}${text}`))

/** Data for a script to read: no text in it can end the element. */
export const jsonBlock = (id: string, value: unknown): Markup =>
  markup(
    `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`,
  )
