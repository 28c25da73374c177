const [zero, nine, minus, dot, comma, closing] = [0x30, 0x39, 0x2d, 0x2e, 0x2c, 0x5d]
/** So many digits fit in a number exactly, and dividing by an exact power of ten rounds once, as reading the text does. */
const exactDigits = 15
const powers = Array.from({length: exactDigits + 1}, (_, power) => 10 ** power)

/** JSON has no NaN and no infinities, metrics do: they are written as these strings. */
export const specialNumbers: ReadonlyMap<string, number> = new Map([
  ['number:NaN', Number.NaN],
  ['number:+Inf', Number.POSITIVE_INFINITY],
  ['number:-Inf', Number.NEGATIVE_INFINITY],
])

/**
 * Reads `1,-2.5,1e-7,null]` from `from` on into `numbers`, without making strings of them: a record has millions. Returns
 * where the closing bracket is, or -1 at what is none of these; what was read until then was right.
 */
export const readNumbers = (bytes: Uint8Array, from: number, numbers: (number | null)[]): number => {
  if (bytes[from] === closing) return from
  for (let at = from; at < bytes.length; at++) {
    const start = at
    let mantissa = 0
    let digits = 0
    let decimals = -1
    let plain = true
    for (; at < bytes.length && bytes[at] !== comma && bytes[at] !== closing; at++) {
      const byte = bytes[at] ?? 0
      if (byte >= zero && byte <= nine) {
        mantissa = mantissa * 10 + (byte - zero)
        digits++
        if (decimals >= 0) decimals++
      } else if (byte === dot && decimals < 0) decimals = 0
      else if (byte !== minus || at !== start) plain = false
    }
    if (plain && digits > 0 && digits <= exactDigits) {
      const size = decimals > 0 ? mantissa / (powers[decimals] ?? 1) : mantissa
      numbers.push(bytes[start] === minus ? -size : size)
    } else {
      const value = readText(bytes, start, at)
      if (value === undefined) return -1
      numbers.push(value)
    }
    if (bytes[at] === closing) return at
  }
  return -1
}

/** An exponent, many digits, null, or what JSON has no number for. */
const readText = (bytes: Uint8Array, from: number, to: number): number | null | undefined => {
  const text = String.fromCharCode(...bytes.subarray(from, to))
  if (text === 'null') return null
  if (text.startsWith('"') && text.endsWith('"')) return specialNumbers.get(text.slice(1, -1))
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined
}
