const shift = (mantissa: string, exponent: number): string => {
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  return digits.padEnd(point, '0')
}

/** A number in full, without an exponent: the form that label values (`count_values`) and messages have. */
export const formatNumber = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  // These the language itself writes in full.
  if (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e21) return String(value)
  const [mantissa = '', exponent] = String(Math.abs(value)).split('e')
  const text = exponent === undefined ? mantissa : shift(mantissa, Number(exponent))
  return value < 0 ? `-${text}` : text
}
