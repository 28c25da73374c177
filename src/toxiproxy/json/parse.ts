/** A JSON value that remembers how its numbers were written: 1, 1.0 and 1e0 differ to the original. */
export type JsonValue =
  | {kind: 'null'}
  | {kind: 'bool'; value: boolean}
  | {kind: 'number'; text: string}
  | {kind: 'string'; value: string}
  | {kind: 'array'; items: JsonValue[]}
  | {kind: 'object'; entries: [string, JsonValue][]}

/** Deeper values are refused before they exhaust the stack. */
const deepest = 1000

const show = (character: string): string => (character === "'" ? String.raw`'\''` : `'${character}'`)

/** Reads one value from the start of a text; what follows it is ignored. Throws Error with Go's texts. */
class Reader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  value(): JsonValue {
    this.#space()
    if (this.#depth > deepest) throw new Error('exceeded max depth')
    const character = this.#text[this.#at]
    if (character === '{') return this.#nested(() => this.#object())
    if (character === '[') return this.#nested(() => this.#array())
    if (character === '"') return {kind: 'string', value: this.#string()}
    if (this.#word('true')) return {kind: 'bool', value: true}
    if (this.#word('false')) return {kind: 'bool', value: false}
    if (this.#word('null')) return {kind: 'null'}
    const number = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    if (number === undefined) throw this.#unexpected('looking for beginning of value')
    return {kind: 'number', text: number}
  }

  #nested(read: () => JsonValue): JsonValue {
    this.#depth += 1
    this.#at += 1
    const value = read()
    this.#depth -= 1
    return value
  }

  #object(): JsonValue {
    const entries: [string, JsonValue][] = []
    if (this.#skip('}')) return {kind: 'object', entries}
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#unexpected('looking for beginning of object key string')
      const key = this.#string()
      if (!this.#skip(':')) throw this.#unexpected('after object key')
      entries.push([key, this.value()])
      if (this.#skip('}')) return {kind: 'object', entries}
      if (!this.#skip(',')) throw this.#unexpected('after object key:value pair')
    }
  }

  #array(): JsonValue {
    const items: JsonValue[] = []
    if (this.#skip(']')) return {kind: 'array', items}
    for (;;) {
      items.push(this.value())
      if (this.#skip(']')) return {kind: 'array', items}
      if (!this.#skip(',')) throw this.#unexpected('after array element')
    }
  }

  #string(): string {
    const literal = this.#match(/"(?:[^"\\]|\\[\s\S])*"/y)
    if (literal === undefined) throw new Error('unexpected EOF')
    try {
      // A quoted literal can only parse to a string.
      return JSON.parse(literal) as string
    } catch {
      throw new Error('invalid character in string literal')
    }
  }

  #word(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #skip(character: string): boolean {
    this.#space()
    return this.#word(character)
  }

  #space(): void {
    this.#match(/[ \t\r\n]*/y)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #unexpected(where: string): Error {
    const character = this.#text[this.#at]
    if (character === undefined) return new Error('unexpected EOF')
    return new Error(`invalid character ${show(character)} ${where}`)
  }
}

/** The first JSON value of a text. Throws Error with the text of Go's decoder; an empty text is `EOF`. */
export const parseJson = (text: string): JsonValue => {
  if (text.trim() === '') throw new Error('EOF')
  return new Reader(text).value()
}
