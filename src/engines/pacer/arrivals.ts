import type {RateSegment} from '../../plan/plan.js'
import type {Random} from '../../system/random.js'
import {type CountLine, countLineOf} from './count-line.js'

/** A pass over arrivals in the order of their times, each seen once. */
export interface Cursor {
  /** Number of the arrival, from 0, the same in every part. */
  readonly n: number
  /** Offset from the start of the run; infinite once there is none left. */
  readonly atMs: number
  advance(): void
}

/** When each arrival of a stream is due. */
export interface Arrivals {
  /** A new pass, from the first arrival on; the same for the same arrivals. */
  start(): Cursor
  /** The arrivals whose number leaves this remainder: each belongs to one of `of` parts, together they are all. */
  part(index: number, of: number): Arrivals
}

/** One remainder of all the numbers. */
interface Part {
  index: number
  of: number
}

const evenCursor = (line: CountLine, {index, of}: Part): Cursor => {
  const timeOf = line.walk()
  const cursor = {
    n: index,
    atMs: timeOf(index),
    advance: () => {
      cursor.n += of
      cursor.atMs = timeOf(cursor.n)
    },
  }
  return cursor
}

/** Every part draws all gaps, so that the times of an arrival do not depend on the number of parts. */
const poissonCursor = (line: CountLine, random: Random, {index, of}: Part): Cursor => {
  const timeOf = line.walk()
  let drawn = 0
  let count = 0
  const cursor = {
    n: index,
    atMs: Number.POSITIVE_INFINITY,
    advance: () => {
      cursor.n += of
      next()
    },
  }
  const next = (): void => {
    for (; drawn <= cursor.n; drawn++) count -= Math.log(1 - random.next())
    cursor.atMs = timeOf(count)
  }
  next()
  return cursor
}

const inParts = (cursorOf: (part: Part) => Cursor, whole: Part = {index: 0, of: 1}): Arrivals => ({
  start: () => cursorOf(whole),
  part: (index, of) => inParts(cursorOf, {index: whole.index + index * whole.of, of: whole.of * of}),
})

/**
 * Turns offered rates into due times by inverting their integral: arrival `n` is due when the cumulative count N(t)
 * leaves `n`. So the first is due when the load begins, a pause (rate 0) delays what follows it, and the number of
 * arrivals due before any time T is N(T), rounded up.
 */
export const arrivalsOf = (rates: readonly RateSegment[]): Arrivals => {
  const line = countLineOf(rates)
  return inParts((part) => evenCursor(line, part))
}

/**
 * A Poisson process with these rates: the gaps of a process of rate 1 (exponential, mean 1), taken on the axis of the
 * cumulative count N(t) and turned into times by its inverse (Çinlar 1975, inversion of a non-stationary process).
 * The number of arrivals is random, with N(end) as its mean and its variance.
 */
export const poissonArrivalsOf = (rates: readonly RateSegment[], random: () => Random): Arrivals => {
  const line = countLineOf(rates)
  return inParts((part) => poissonCursor(line, random(), part))
}

/** Arrivals whose times are known one by one, in their order; those from `endMs` on never come. */
export const listedArrivals = (list: readonly {atMs: number}[], endMs: number): Arrivals => {
  const timeOf = (n: number): number => {
    const atMs = list[n]?.atMs
    return atMs !== undefined && atMs < endMs ? atMs : Number.POSITIVE_INFINITY
  }
  return inParts(({index, of}) => {
    const cursor = {
      n: index,
      atMs: timeOf(index),
      advance: () => {
        cursor.n += of
        cursor.atMs = timeOf(cursor.n)
      },
    }
    return cursor
  })
}
