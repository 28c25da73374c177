import type {Series} from '../metrics/source.js'
import {append, type JoinedSeries} from './joined-series.js'
import {readNumbers} from './read-numbers.js'
import type {BlockLine, SeriesLine} from './record.js'
import type {WantSeries} from './sample-lines.js'

/** Takes the lines of blocks of a record, and what gives their series numbers. */
export interface SampleBlocks {
  /** Gives a series its number; false when it is not the one that comes next. */
  declare(line: SeriesLine): boolean
  /** Whether it was a block as we write it, and is done with; any other line must be read as a whole. */
  take(line: Buffer): boolean
  /** Joins a block that was read as a whole; false when it is damaged. */
  add(block: BlockLine): boolean
}

const blockStart = Buffer.from('{"kind":"block","t":[')
const valuesStart = Buffer.from('],"v":[')
const lineEnd = Buffer.from(']]}')
const [zero, nine, comma, opening, closing] = [0x30, 0x39, 0x2c, 0x5b, 0x5d]

const holdsAt = (line: Buffer, bytes: Buffer, at: number): boolean =>
  at >= 0 &&
  line.length >= at + bytes.length &&
  line.compare(bytes, 0, bytes.length, at, at + bytes.length) === 0

/** The number that begins at `from`, and where it ends; numbers of series have few digits. */
const idAt = (line: Buffer, from: number): {id: number; end: number} => {
  let id = 0
  let end = from
  for (let byte = line[end] ?? 0; byte >= zero && byte <= nine; byte = line[++end] ?? 0)
    id = id * 10 + byte - zero
  return {id: end === from ? -1 : id, end}
}

/** Values are few: this is quicker than asking the buffer. */
const endOfValues = (line: Buffer, from: number): number => {
  let at = from
  while (at < line.length && line[at] !== closing) at++
  return at
}

/** Blocks of series that have numbers; what is not `wanted` is passed over unparsed. */
export const sampleBlocks = (wanted: WantSeries, joined: JoinedSeries): SampleBlocks => {
  // By number; nothing where the samples are not wanted.
  const series: (Series | undefined)[] = []

  /** Series that come first in one block are mostly together in all others, too: they share their times. */
  const join = (known: Series, t: readonly (number | null)[], v: Series['v'], shared: number[]): void => {
    if (known.t.length === 0) known.t = shared
    append(known, t, v)
  }

  /** Reads `[id,1,2],[id,3,4]` from `from` to the end of the line. */
  const takeValues = (line: Buffer, from: number, t: readonly (number | null)[]): boolean => {
    const shared: number[] = []
    const last = line.length - lineEnd.length
    for (let at = from; ; at += 2) {
      if (line[at] !== opening) return false
      const {id, end} = idAt(line, at + 1)
      if (id < 0 || id >= series.length || line[end] !== comma) return false
      const known = series[id]
      if (known) {
        const v: (number | null)[] = []
        at = readNumbers(line, end + 1, v)
        if (at < 0 || v.length !== t.length) return false
        join(known, t, v, shared)
      } else at = endOfValues(line, end + 1)
      if (at >= last) return at === last
      if (line[at + 1] !== comma) return false
    }
  }

  return {
    declare: ({id, labels}) => {
      if (id !== series.length) return false
      series.push(wanted(labels) ? joined.of(labels) : undefined)
      return true
    },
    take: (line) => {
      if (!holdsAt(line, blockStart, 0) || !holdsAt(line, lineEnd, line.length - lineEnd.length)) return false
      const t: (number | null)[] = []
      const timesEnd = readNumbers(line, blockStart.length, t)
      if (!holdsAt(line, valuesStart, timesEnd)) return false
      return takeValues(line, timesEnd + valuesStart.length, t)
    },
    add: ({t, v}) => {
      if (!Array.isArray(t) || !Array.isArray(v)) return false
      if (!v.every(([id, ...values]) => id in series && values.length === t.length)) return false
      const shared: number[] = []
      for (const [id, ...values] of v) {
        const known = series[id]
        if (known) join(known, t, values, shared)
      }
      return true
    },
  }
}
