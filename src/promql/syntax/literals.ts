const unitMs: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}
const durationForm = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/

/** `1h30m` in milliseconds; undefined when the text is no duration. A year has 365 days. */
export const parseDuration = (text: string): number | undefined => {
  if (text === '' || !durationForm.test(text)) return undefined
  let totalMs = 0
  for (const [, count, unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    totalMs += Number(count) * (unitMs[unit] ?? Number.NaN)
  }
  return totalMs
}

/** A PromQL number: decimal, hexadecimal, Inf, NaN, or a duration, which counts seconds. */
export const parseNumber = (text: string): number | undefined => {
  const [, sign = '', body = ''] = /^([+-]?)\s*(.*)$/s.exec(text.trim()) ?? []
  const value = parseUnsigned(body.replaceAll('_', '').toLowerCase())
  return value === undefined || sign !== '-' ? value : -value
}

const parseUnsigned = (text: string): number | undefined => {
  if (text === 'inf') return Number.POSITIVE_INFINITY
  if (text === 'nan') return Number.NaN
  if (/^0x[\da-f]+$/.test(text)) return Number.parseInt(text.slice(2), 16)
  // A leading zero means octal, as in Prometheus.
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8)
  if (/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(text)) return Number(text)
  const durationMs = parseDuration(text)
  return durationMs === undefined ? undefined : durationMs / 1000
}
