import type {FaultLevel} from './plan.js'

/** From `fromMs` on, until `toMs`. */
export interface Stretch {
  fromMs: number
  toMs: number
}

/** Each level with the time for which it holds, in order; the last one until `endMs`. */
const holds = (levels: readonly FaultLevel[], endMs: number): (Stretch & {level: number})[] =>
  levels.map(({atMs, level}, index) => ({fromMs: atMs, toMs: levels[index + 1]?.atMs ?? endMs, level}))

/** The strength at a time; 0 before the first level. */
export const levelAt = (levels: readonly FaultLevel[], atMs: number): number =>
  levels.findLast((level) => level.atMs <= atMs)?.level ?? 0

/** The largest strength of all. */
export const highestOf = (levels: readonly FaultLevel[]): number =>
  Math.max(0, ...levels.map(({level}) => level))

/** When the strength is at least `share` of its highest, in stretches as long as can be. */
export const stretchesAtTop = (levels: readonly FaultLevel[], endMs: number, share: number): Stretch[] => {
  const least = highestOf(levels) * share
  const stretches: Stretch[] = []
  for (const {fromMs, toMs, level} of holds(levels, endMs)) {
    if (level < least || toMs <= fromMs) continue
    const last = stretches.at(-1)
    if (last?.toMs === fromMs) last.toMs = toMs
    else stretches.push({fromMs, toMs})
  }
  return stretches
}

/** The mean strength over a stretch of time. */
export const meanLevel = (levels: readonly FaultLevel[], {fromMs, toMs}: Stretch): number => {
  if (toMs <= fromMs) return levelAt(levels, fromMs)
  const sum = holds(levels, toMs).reduce((area, hold) => {
    const shared = Math.min(hold.toMs, toMs) - Math.max(hold.fromMs, fromMs)
    return area + Math.max(0, shared) * hold.level
  }, 0)
  return sum / (toMs - fromMs)
}

const blocks = [...'▁▂▃▄▅▆▇█']

/** The strength over time as a line of blocks, each as high as the mean of its share of the time. */
export const sketchOf = (levels: readonly FaultLevel[], {fromMs, toMs}: Stretch, width: number): string => {
  const cellMs = (toMs - fromMs) / width
  return Array.from({length: width}, (_, cell) => {
    const cellFromMs = fromMs + cell * cellMs
    const mean = meanLevel(levels, {fromMs: cellFromMs, toMs: cellFromMs + cellMs})
    return blocks[Math.round(mean * (blocks.length - 1))] ?? blocks[0]
  }).join('')
}
