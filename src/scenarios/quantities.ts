import type {Comparator} from './scenario.js'

/** Longest unit first, so that printing and reading take them in the same order. */
const durationUnits = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

const number = String.raw`\d+(?:\.\d+)?`

/** Each unit at most once, longest first; also goes into the JSON Schema. */
export const durationPattern = `^(?=[0-9])${durationUnits.map(([unit]) => `(?:(${number})${unit}(?![a-z]))?`).join('')}$`
export const ratePattern = `^(${number}) ?/ ?(s|m|h)$`
export const percentPattern = `^(${number}) ?%$`
export const bytesPattern = `^(${number}) ?(B|KB|MB|GB)$`
export const byteRatePattern = `^(${number}) ?(B|KB|MB|GB)/s$`
export const expectationPattern = String.raw`^(<=|>=|==|!=|<|>) ?(-?${number}(?:[eE][+-]?\d+)?) ?(%?)$`

/** Removes the noise that decimal fractions pick up in binary: 99.9 / 100 is 0.999 again. */
const tidy = (value: number): number => Number(value.toPrecision(12))

const match = (pattern: string, text: string): RegExpExecArray | null => new RegExp(pattern).exec(text.trim())

/** `"1m30s"` → 90000 milliseconds; only 0 needs no unit. Undefined for anything else. */
export const parseDuration = (text: string | number): number | undefined => {
  if (text === 0 || text === '0') return 0
  const found = match(durationPattern, String(text))
  if (found === null) return undefined
  return tidy(durationUnits.reduce((sum, [, ms], index) => sum + Number(found[index + 1] ?? 0) * ms, 0))
}

const perSecond: Record<string, number> = {s: 1, m: 60, h: 3600}

/** `"600/m"` → 10 per second. */
export const parseRate = (text: string): number | undefined => {
  const found = match(ratePattern, text)
  return found === null ? undefined : tidy(Number(found[1]) / (perSecond[found[2] ?? ''] ?? 1))
}

/** `"99.9%"` → 0.999. The sign is required: 0.999 and 99.9 would otherwise be a guess. */
export const parsePercent = (text: string): number | undefined => {
  const found = match(percentPattern, text)
  const value = tidy(Number(found?.[1] ?? Number.NaN) / 100)
  return value <= 1 ? value : undefined
}

/** Decimal, as Toxiproxy counts: 1 KB is 1000 bytes. */
const byteUnits = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['KB', 1000],
  ['B', 1],
] as const

const parseAmount = (pattern: string, text: string): number | undefined => {
  const found = match(pattern, text)
  const size = byteUnits.find(([unit]) => unit === found?.[2])
  return found === null || size === undefined ? undefined : tidy(Number(found[1]) * size[1])
}

/** `"10KB"` → 10000 bytes. */
export const parseBytes = (text: string): number | undefined => parseAmount(bytesPattern, text)

/** `"100KB/s"` → 100000 bytes per second. */
export const parseByteRate = (text: string): number | undefined => parseAmount(byteRatePattern, text)

/** What a query's answer is compared with. */
export interface Expectation {
  comparator: Comparator
  value: number
}

/** `">= 1"` or `"< 5%"` (0.05). */
export const parseExpectation = (text: string): Expectation | undefined => {
  const found = match(expectationPattern, text)
  if (found === null) return undefined
  const value = Number(found[2])
  // The pattern lets nothing but a comparator through.
  return {comparator: found[1] as Comparator, value: found[3] === '%' ? tidy(value / 100) : value}
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals))

/** 90000 → `1m30s`, 250 → `250ms`, 61500 → `1m1.5s`; reads back to the same number of whole milliseconds. */
export const formatDuration = (ms: number): string => {
  if (!Number.isFinite(ms)) return 'for ever'
  if (ms < 0) return `-${formatDuration(-ms)}`
  const small = rounded(ms, ms < 10 ? 3 : 1)
  if (small === 0) return '0s'
  if (small < 1000) return `${small}ms`
  const whole = Math.round(ms)
  const hours = Math.floor(whole / 3_600_000)
  const minutes = Math.floor((whole % 3_600_000) / 60_000)
  const seconds = (whole % 60_000) / 1000
  return `${hours ? `${hours}h` : ''}${minutes ? `${minutes}m` : ''}${seconds ? `${seconds}s` : ''}`
}

/** Four significant digits, never in scientific notation for what a person would write out. */
const readable = (value: number): string =>
  Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(4)))

/** 120 → `120/s`. */
export const formatRate = (ratePerSecond: number): string => `${readable(ratePerSecond)}/s`

/**
 * 0.999 → `99.9%`. Two digits or more of the distance to the nearer end are kept,
 * so that 99.9996 % never reads as 100 %, nor 0.0004 % as nothing.
 */
export const formatPercent = (fraction: number): string => {
  const percent = fraction * 100
  const distance = Math.min(Math.abs(percent), Math.abs(100 - percent))
  const decimals = distance === 0 ? 1 : Math.max(1, Math.min(12, 2 - Math.floor(Math.log10(distance))))
  // Not by way of a number again, which would print small ones as 1e-7.
  return `${percent.toFixed(decimals).replace(/\.?0+$/, '')}%`
}

const formatAmount = (bytes: number): string => {
  const [unit, size] = byteUnits.find(([, least]) => Math.abs(bytes) >= least) ?? ['B', 1]
  return `${readable(bytes / size)}${unit}`
}

/** 10000 → `10KB`. */
export const formatBytes = formatAmount

/** 100000 → `100KB/s`. */
export const formatByteRate = (bytesPerSecond: number): string => `${formatAmount(bytesPerSecond)}/s`

/** `>= 1` */
export const formatExpectation = ({comparator, value}: Expectation): string => `${comparator} ${value}`
