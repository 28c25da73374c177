// Control characters, lone surrogates and the two non-characters have no place in XML 1.0, not even escaped.
const forbidden = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

/** Text between tags. What XML cannot hold becomes a replacement character. */
export const content = (text: string): string =>
  text.replace(forbidden, '\ufffd').replace(/[&<>]/g, (character) => entities[character] ?? character)

/** A reader turns line breaks in attributes into spaces unless they are written as entities. */
const attribute = (text: string): string =>
  content(text).replace(/["\n\r\t]/g, (character) => entities[character] ?? character)

/** The beginning of an element, without its closing `>` or `/>`. */
export const tag = (name: string, attributes: Record<string, string | number>): string =>
  `<${[name, ...Object.entries(attributes).map(([key, value]) => `${key}="${attribute(String(value))}"`)].join(' ')}`
