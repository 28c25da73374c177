/** Chance as an argument: every choice of a run comes from one recorded seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(below: number): number
  /** `count` different items, in random order. */
  pick<T>(items: readonly T[], count: number): T[]
  /** An independent stream for one purpose, so that adding a draw in one place moves no other. */
  fork(purpose: string): Random
}

/** FNV-1a, 32 bits: turns a purpose into a number to mix into the seed. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/** splitmix32 (Steele, Lea, Flood 2014, 32-bit variant): tiny, well mixed, the same on every machine. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: (items, count) => {
      const pool = [...items]
      const wanted = Math.min(count, pool.length)
      return Array.from({length: wanted}, () => pool.splice(below(pool.length), 1)).flat()
    },
    fork: (purpose) => seededRandom((seed ^ hash(purpose)) >>> 0),
  }
}
