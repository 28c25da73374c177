const simpleEscapes: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}
const escapeSequence = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/suy

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Decodes one UTF-8 sequence, or undefined when the bytes from `at` on are none. */
const decodeOne = (bytes: number[], at: number): {text: string; length: number} | undefined => {
  const lead = bytes[at] ?? 0
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0
  const tail = bytes.slice(at + 1, at + length)
  if (length === 0 || tail.length !== length - 1 || !tail.every(isContinuation)) return undefined
  const bits = length === 1 ? lead : lead & (0xff >> (length + 1))
  const code = tail.reduce((sum, byte) => sum * 64 + (byte & 0x3f), bits)
  return code > 0x10ffff ? undefined : {text: String.fromCodePoint(code), length}
}

/**
 * Bytes to text. PromQL strings are bytes, ours are UTF-16: a byte that is not valid UTF-8 becomes the lone
 * surrogate U+DC00 + byte, which no valid text contains, so that label names can still be told to be invalid.
 */
const decode = (bytes: number[]): string => {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const one = decodeOne(bytes, at)
    text += one?.text ?? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
    at += one?.length ?? 1
  }
  return text
}

const codePoint = (hex: string): string | undefined => {
  const code = Number.parseInt(hex, 16)
  return code > 0x10ffff ? undefined : String.fromCodePoint(code)
}

/** What one escape stands for: bytes (`\xNN`, `\NNN`), or text; undefined for an unknown one. */
const escapedAt = (body: string, at: number): {length: number; byte?: number; text?: string} | undefined => {
  escapeSequence.lastIndex = at
  const [whole, hex, short, long, octal, simple = ''] = escapeSequence.exec(body) ?? []
  if (whole === undefined) return undefined
  const {length} = whole
  if (hex !== undefined) return {length, byte: Number.parseInt(hex, 16)}
  if (octal !== undefined) return {length, byte: Number.parseInt(octal, 8)}
  const code = short ?? long
  const text = code === undefined ? simpleEscapes[simple] : codePoint(code)
  return text === undefined ? undefined : {length, text}
}

/** The value of a quoted PromQL string; undefined when it does not end or has an unknown escape. */
export const unquote = (literal: string): string | undefined => {
  const quote = literal[0] ?? ''
  if (literal.length < 2 || !literal.endsWith(quote)) return undefined
  const body = literal.slice(1, -1)
  if (quote === '`') return body
  let text = ''
  let bytes: number[] = []
  for (let at = 0; at < body.length; ) {
    const part = body[at] === '\\' ? escapedAt(body, at) : {length: 1, text: body[at] ?? ''}
    if (!part) return undefined
    at += part.length
    if (part.byte !== undefined) {
      bytes.push(part.byte)
      continue
    }
    text += decode(bytes) + part.text
    bytes = []
  }
  return text + decode(bytes)
}

const written: Record<string, string> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

const escapeOf = (char: string): string => {
  const short = written[char]
  if (short !== undefined) return short
  const code = char.codePointAt(0) ?? 0
  // A lone surrogate stands for a byte that is no UTF-8 (see `decode`).
  if (code >= 0xdc00 && code < 0xdd00) return `\\x${(code - 0xdc00).toString(16).padStart(2, '0')}`
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

/** The text as a PromQL string literal, what cannot be seen written as an escape, as Go quotes texts. */
export const quote = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escapeOf)}"`
