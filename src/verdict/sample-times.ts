import type {Series} from '../metrics/source.js'

/**
 * The times at which any of the series has a sample, in order. Series of one target have the same times: one that looks
 * like another (as many samples, with the same first, middle and last) is not asked again. To overlook a time is to see a
 * gap that is not there, never the other way round.
 */
export const sampleTimes = (series: readonly Series[]): number[] => {
  const asked = new Set<string>()
  let times: number[] = []
  for (const {t, v} of series) {
    const whole = !v.includes(null)
    const grid = `${t.length} ${t[0]} ${t[t.length >> 1]} ${t.at(-1)}`
    if (whole && asked.has(grid)) continue
    if (whole) asked.add(grid)
    times = merged(times, whole ? t : t.filter((_, at) => typeof v[at] === 'number'))
  }
  return times
}

/** Two rising lists as one, each time once. */
const merged = (one: readonly number[], other: readonly number[]): number[] => {
  if (one.length === 0) return [...other]
  const all: number[] = []
  let [i, j] = [0, 0]
  while (i < one.length || j < other.length) {
    const isFirst = j >= other.length || (i < one.length && Number(one[i]) <= Number(other[j]))
    const next = Number(isFirst ? one[i++] : other[j++])
    if (next !== all.at(-1)) all.push(next)
  }
  return all
}
