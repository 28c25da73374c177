import type {Series} from '../metrics/source.js'

/**
 * The times at which any of the series has a sample, in order. Series of one target have the same times: one that looks
 * like another (as many samples, with the same first, middle and last) is not asked again. To overlook a time is to see a
 * gap that is not there, never the other way round.
 */
export const sampleTimes = (series: readonly Series[]): number[] => {
  const asked = new Set<string>()
  const grids: (readonly number[])[] = []
  for (const {t, v} of series) {
    const grid = `${t.length} ${t[0]} ${t[t.length >> 1]} ${t.at(-1)}`
    // Also one that has holes adds no time to those of one that has none.
    if (asked.has(grid)) continue
    const whole = !v.includes(null)
    if (whole) asked.add(grid)
    grids.push(whole ? t : t.filter((_, at) => typeof v[at] === 'number'))
  }
  const all = new Float64Array(grids.reduce((sum, {length}) => sum + length, 0))
  let filled = 0
  for (const grid of grids) {
    all.set(grid, filled)
    filled += grid.length
  }
  return [...all.sort().filter((time, at) => time !== all[at - 1])]
}
