import type {Series} from '../metrics/source.js'

/**
 * The times at which any of the series has a sample, in order. Series of one target have the same times: one that looks
 * like another (as many samples, with the same first, middle and last) is not asked again. To overlook a time is to see a
 * gap that is not there, never the other way round.
 */
export const sampleTimes = (series: readonly Series[]): number[] => {
  const times = new Set<number>()
  const asked = new Set<string>()
  for (const {t, v} of series) {
    const whole = !v.includes(null)
    const grid = `${t.length} ${t[0]} ${t[t.length >> 1]} ${t.at(-1)}`
    if (whole && asked.has(grid)) continue
    if (whole) asked.add(grid)
    for (let at = 0; at < t.length; at++) if (typeof v[at] === 'number') times.add(t[at] ?? Number.NaN)
  }
  return [...times].sort((one, other) => one - other)
}
