import type {Series} from '../metrics/source.js'

/** Times as a line holds them. Ours are numbers; a damaged line may say otherwise. */
export type Times = readonly (number | null)[]

/** The series of a record, each joined from its blocks. Some share their times: nobody may change these. */
export interface JoinedSeries {
  /** The series with these labels, in whatever order they are written. */
  of(labels: Series['labels']): Series
  /** Those that have samples, in the order in which each came first. */
  all(): Series[]
}

/** The same for the same labels, in whatever order they are written. */
export const keyOf = (labels: Series['labels']): string => JSON.stringify(Object.entries(labels).sort())

export const joinedSeries = (): JoinedSeries => {
  const series = new Map<string, Series>()
  return {
    of: (labels) => {
      const key = keyOf(labels)
      const known = series.get(key) ?? {labels, t: [], v: []}
      series.set(key, known)
      return known
    },
    all: () => [...series.values()].filter(({v}) => v.length > 0).map(ownTimes),
  }
}

/** Another series with the same times goes on where this one ended. */
const ownTimes = (one: Series): Series => {
  if (one.t.length > one.v.length) one.t = one.t.slice(0, one.v.length)
  return one
}

/**
 * Joins a block; samples that an earlier block already holds are left out. Of series that share their times, the first one
 * adds to them; the others then find them there.
 */
export const append = (known: Series, t: Times, v: Series['v']): void => {
  if (known.t.length === known.v.length + t.length && endsWith(known.t, t)) {
    for (const value of v) known.v.push(value)
    return
  }
  ownTimes(known)
  const last = known.t.at(-1) ?? Number.NEGATIVE_INFINITY
  for (let at = 0; at < t.length; at++) {
    const time = t[at]
    if (typeof time !== 'number' || !(time > last)) continue
    known.t.push(time)
    known.v.push(v[at] ?? null)
  }
}

const endsWith = (all: readonly number[], t: Times): boolean => {
  const from = all.length - t.length
  for (let at = 0; at < t.length; at++) if (all[from + at] !== t[at]) return false
  return true
}
