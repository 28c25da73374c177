import {UserError} from '../errors.js'

/** What is checked of a toxic. */
interface CheckedToxic {
  name: string
  type: string
  toxicity: number
  attributes: Record<string, number | string>
}

/** 24 hours: longer times are slips, and from 292 years on a real server's own arithmetic overflows. */
export const longestToxicMs = 24 * 3_600_000

/** 1,000 GB/s in the KB/s that Toxiproxy counts in: no toxic at all on today's networks. */
export const highestToxicRate = 1_000_000_000

const times = new Set(['latency', 'jitter', 'delay', 'timeout'])

const longestOf = (type: string, attribute: string): number => {
  // The slicer's pause is in microseconds, all other times are in milliseconds.
  if (times.has(attribute)) return type === 'slicer' ? longestToxicMs * 1_000 : longestToxicMs
  return attribute === 'rate' ? highestToxicRate : Number.MAX_SAFE_INTEGER
}

const slicerProblem = (attributes: CheckedToxic['attributes']): string | undefined => {
  const average = Number(attributes['average_size'] ?? 0)
  const variation = Number(attributes['size_variation'] ?? 0)
  if (average + variation < 1) return 'average_size + size_variation must be at least 1'
  return variation > average + 1 ? 'size_variation must not exceed average_size + 1' : undefined
}

const problemOf = ({type, toxicity, attributes}: CheckedToxic): string | undefined => {
  // Only our server has it, and refuses by itself what it cannot take.
  if (type === 'http') return undefined
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string' || !Number.isSafeInteger(value))
      return `${name} must be a whole number, not ${value}`
    if (value < 0) return `${name} must not be negative, not ${value}`
    const longest = longestOf(type, name)
    if (value > longest) return `${name} must be at most ${longest}, not ${value}`
  }
  if (!(toxicity >= 0 && toxicity <= 1)) return `toxicity must be between 0 and 1, not ${toxicity}`
  return type === 'slicer' ? slicerProblem(attributes) : undefined
}

/**
 * Throws UserError for a toxic that would bring a real Toxiproxy 2.12 down, and all traffic through it: it accepts a
 * slicer that has nothing to cut to, a negative rate or a huge jitter with status 200, and ends with the first data.
 */
export const assertHarmlessToServer = (toxic: CheckedToxic): void => {
  const problem = problemOf(toxic)
  if (problem === undefined) return
  throw new UserError(`Toxic ${toxic.name} (${toxic.type}): ${problem}`, {
    hint: 'Toxiproxy accepts this and then crashes or misbehaves with the first data: correct the fault.',
  })
}
