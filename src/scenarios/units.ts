import {z} from 'zod'
import * as units from './quantities.js'

/** Who reads a quantity mostly prints it again. Reporters, which read none, import quantities.js and load no zod. */
export * from './quantities.js'

/** Longer values are cut: a file of bytes is one text of kilobytes. */
const longestShown = 80

/** How a value stands in an error message: as it would in the file. */
export const shown = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}

const sentence = (what: string, input: unknown): string => {
  if (input === undefined) return `missing: expected ${what}`
  const negative = /^\s*-\s*\d/.test(String(input)) ? ': it cannot be negative' : ''
  return `expected ${what}, got ${shown(input)}${negative}`
}

/** A number where a percentage must stand: as it was probably meant. */
const asPercent = (input: unknown): string => {
  if (typeof input !== 'number' || input <= 0 || input === 1 || input > 100) return ''
  return `: write "${input < 1 ? Number((input * 100).toPrecision(12)) : input}%"`
}

interface Unit<T> {
  /** Follows "expected": what it is, with examples. */
  what: string
  pattern: string
  parse: (text: string) => T | undefined
  /** What to write instead of what was found. */
  instead?: (input: unknown) => string
  /** A further condition, part of `what` too. */
  check?: (value: T) => boolean
}

/** A quantity with its unit, read from text; the error says what was expected and what was found. */
const unit = <T>({what, pattern, parse, instead = () => '', check = () => true}: Unit<T>) =>
  z
    .string({error: ({input}) => `${sentence(what, input)}${instead(input)}`})
    .meta({pattern})
    .transform((text, context): T => {
      const value = parse(text)
      if (value !== undefined && check(value)) return value
      context.addIssue({code: 'custom', message: sentence(what, text)})
      return z.NEVER
    })

const aDuration = 'a duration such as "30s" or "250ms"'
const isPositive = (value: number): boolean => value > 0

/** `"30s"` → milliseconds; a bare 0 is allowed, every other number needs its unit. */
export const duration = z
  .union([z.string().meta({pattern: units.durationPattern}), z.literal(0)], {
    error: (issue) => sentence(aDuration, issue.input),
  })
  .transform((text, context): number => {
    const value = units.parseDuration(text)
    if (value !== undefined) return value
    context.addIssue({code: 'custom', message: sentence(aDuration, text)})
    return z.NEVER
  })

/** A duration longer than nothing, in milliseconds. */
export const positiveDuration = unit({
  what: 'a duration above zero such as "30s" or "250ms"',
  pattern: units.durationPattern,
  parse: units.parseDuration,
  check: isPositive,
})

/** `"120/s"` → per second. */
export const rate = unit({
  what: 'a rate such as "120/s" or "600/m"',
  pattern: units.ratePattern,
  parse: units.parseRate,
})

/** A rate above zero, per second. */
export const positiveRate = unit({
  what: 'a rate above zero such as "120/s" or "600/m"',
  pattern: units.ratePattern,
  parse: units.parseRate,
  check: isPositive,
})

/** `"99.9%"` → 0.999, from 0 % to 100 %. */
export const fraction = unit({
  what: 'a percentage from "0%" to "100%", with its sign',
  pattern: units.percentPattern,
  parse: units.parsePercent,
  instead: asPercent,
})

/** A share that must be reached: above 0 %. */
export const positiveFraction = unit({
  what: 'a percentage above "0%" and at most "100%", with its sign',
  pattern: units.percentPattern,
  parse: units.parsePercent,
  instead: asPercent,
  check: isPositive,
})

/** `"10KB"` → bytes (1 KB is 1000 bytes). */
export const bytes = unit({
  what: 'a size such as "500B" or "10KB"',
  pattern: units.bytesPattern,
  parse: units.parseBytes,
})

/** `"100KB/s"` → bytes per second (1 KB is 1000 bytes). */
export const byteRate = unit({
  what: 'a bandwidth such as "100KB/s" or "1MB/s"',
  pattern: units.byteRatePattern,
  parse: units.parseByteRate,
})

/** `">= 1"` → comparator and value. */
export const expectation = unit({
  what: 'a comparison such as ">= 1" or "< 5%"',
  pattern: units.expectationPattern,
  parse: units.parseExpectation,
})

/** A limit of a guard: a plain number, or a percentage as a fraction. */
export const limit = z.union([z.number(), fraction], {
  error: (issue) => sentence('a number or a percentage such as "50%"', issue.input),
})
