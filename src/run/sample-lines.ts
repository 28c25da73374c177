import type {Series} from '../metrics/source.js'
import {append, type JoinedSeries, type Times} from './joined-series.js'
import {readNumbers} from './read-numbers.js'

/** Whether the samples of a series are wanted. */
export type WantSeries = (labels: Series['labels']) => boolean

/** Takes the lines of samples of a record of version 1, each with the labels of its series. */
export interface SampleLines {
  /** Whether it was a line of samples as it was written, and is done with; any other one must be read as a whole. */
  take(line: Buffer): boolean
  /** Joins a line that was read as a whole. */
  add(block: Series): void
}

/** How the lines of one series begin, up to their first time. */
interface Beginning {
  bytes: Buffer
  /** Absent where its samples are not wanted. */
  series?: Series
  /** What followed it last time: the blocks of a record come in the same order every few seconds. */
  next?: Beginning
}

const samplesStart = Buffer.from('{"kind":"samples"')
const labelsStart = Buffer.from('"series":{"labels":')
const timesStart = Buffer.from(',"t":[')
const valuesStart = Buffer.from('],"v":[')
const lineEnd = Buffer.from(']}}')

const holdsAt = (line: Buffer, bytes: Buffer, at: number): boolean =>
  line.length >= at + bytes.length && line.compare(bytes, 0, bytes.length, at, at + bytes.length) === 0

/** All numbers between two places of a line; nothing for what is torn. */
const numbersIn = (line: Buffer, from: number, to: number): (number | null)[] | undefined => {
  const numbers: (number | null)[] = []
  return readNumbers(line, from, numbers) === to ? numbers : undefined
}

/** The series of one target have the same times: they are read once. */
const timesReader = (): ((line: Buffer, from: number, to: number) => Times | undefined) => {
  let bytes = Buffer.alloc(0)
  let times: Times | undefined
  return (line, from, to) => {
    if (times && bytes.length === to - from && holdsAt(line, bytes, from)) return times
    times = numbersIn(line, from, to)
    bytes = Buffer.from(line.subarray(from, to))
    return times
  }
}

/**
 * A record of an hour has a million lines of samples, of which few hundred thousand are wanted: each is told by its first
 * bytes, most often those that followed last time, and only numbers are parsed.
 */
export const sampleLines = (wanted: WantSeries, joined: JoinedSeries): SampleLines => {
  const beginnings = new Map<string, Beginning>()
  const timesOf = timesReader()
  let last: Beginning | undefined

  const begun = (line: Buffer): Beginning | undefined => {
    if (!holdsAt(line, samplesStart, 0)) return undefined
    const from = line.indexOf(labelsStart)
    const to = line.indexOf(timesStart, from)
    if (from < 0 || to < 0) return undefined
    const bytes = line.subarray(0, to + timesStart.length)
    const text = bytes.toString('latin1')
    const known = beginnings.get(text)
    if (known) return known
    const labels = labelsIn(line.toString('utf8', from + labelsStart.length, to))
    if (!labels) return undefined
    // A copy: a part of a chunk keeps all of it.
    const fresh = {bytes: Buffer.from(bytes), ...(wanted(labels) && {series: joined.of(labels)})}
    beginnings.set(text, fresh)
    return fresh
  }

  return {
    take: (line) => {
      const likely = last?.next
      const found = likely && holdsAt(line, likely.bytes, 0) ? likely : begun(line)
      if (!found) return false
      if (last) last.next = found
      last = found
      return found.series === undefined || takeSamples(line, found.bytes.length, found.series, timesOf)
    },
    add: ({labels, t, v}) => {
      if (wanted(labels)) append(joined.of(labels), t, v)
    },
  }
}

const labelsIn = (text: string): Series['labels'] | undefined => {
  try {
    // Written by us: an object of strings.
    return JSON.parse(text) as Series['labels']
  } catch {
    // A label value may hold what ends labels: the line is read as a whole then.
    return undefined
  }
}

const takeSamples = (
  line: Buffer,
  from: number,
  series: Series,
  timesOf: ReturnType<typeof timesReader>,
): boolean => {
  const timesEnd = line.indexOf(valuesStart, from)
  const end = line.length - lineEnd.length
  const valuesFrom = timesEnd + valuesStart.length
  if (timesEnd < 0 || !holdsAt(line, lineEnd, end)) return false
  const t = timesOf(line, from, timesEnd)
  const v = numbersIn(line, valuesFrom, end)
  if (!t || !v) return false
  append(series, t, v)
  return true
}
