import {randomInt} from 'node:crypto'

/** A stream of numbers in [0, 1). */
export type Random = () => number

/** A seed for a server that was given none. */
export const freshSeed = (): number => randomInt(1, 2 ** 31)

/** FNV-1a, 32 bits: turns a purpose into a number to mix into the seed. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/**
 * The random stream of one purpose under one seed (splitmix32: Steele, Lea, Flood 2014, 32-bit variant).
 * Every link draws from its own stream, named after proxy, connection, direction and toxic, so that the n-th
 * connection of a proxy meets the same fate in every run, however connections interleave.
 */
export const randomFor = (seed: number, purpose: string): Random => {
  let state = (seed ^ hash(purpose)) >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
