const [zero, nine, minus, dot, comma] = [0x30, 0x39, 0x2d, 0x2e, 0x2c]
/** So many digits fit in a number exactly, and dividing by an exact power of ten rounds once, as reading the text does. */
const exactDigits = 15
const powers = Array.from({length: exactDigits + 1}, (_, power) => 10 ** power)

/**
 * Reads `1,-2.5,1e-7,null` from `from` to `to` and hands over each, without making strings of them: a record has millions.
 * Returns false at what is none of these; what was handed over until then was right.
 */
export const readNumbers = (
  bytes: Uint8Array,
  {from, to}: {from: number; to: number},
  take: (value: number | null) => void,
): boolean => {
  for (let at = from; at < to; at++) {
    const start = at
    let mantissa = 0
    let digits = 0
    let decimals = -1
    let plain = true
    for (; at < to && bytes[at] !== comma; at++) {
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
      take(bytes[start] === minus ? -size : size)
      continue
    }
    const value = readText(bytes, start, at)
    if (value === undefined) return false
    take(value)
  }
  return true
}

/** An exponent, many digits, or null. */
const readText = (bytes: Uint8Array, from: number, to: number): number | null | undefined => {
  const text = String.fromCharCode(...bytes.subarray(from, to))
  if (text === 'null') return null
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined
}
