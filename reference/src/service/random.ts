/** A number in [0, 1). Chance as an argument: jitter and delays replay from the seed of the process. */
export type Random = () => number

/** FNV-1a, 32 bits: gives two replicas with one seed streams of their own. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/** splitmix32 (Steele, Lea, Flood 2014, 32-bit variant): the same numbers on every machine. */
export const seededRandom = (seed: number, purpose = ''): Random => {
  let state = (seed ^ hash(purpose)) >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
