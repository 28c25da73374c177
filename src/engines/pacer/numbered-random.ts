import type {ReplayEntry} from '../../scenarios/scenario.js'
import {type Random, seededRandom} from '../../system/random.js'
import type {Draw} from './templates.js'

/** A whole number of 32 bits for each pair, well mixed (the finalizer of MurmurHash3, Appleby 2011). */
const mixed = (seed: number, n: number): number => {
  let value = (seed ^ Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(Math.floor(n / 2 ** 32), 0x85ebca6b)) >>> 0
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

/**
 * Chance by number: what arrival `n` draws depends on the seed and `n` alone, not on what others drew before it, so
 * that a plan says the same however many threads share it.
 */
export const numberedRandom =
  (seed: number): ((n: number) => Random) =>
  (n) =>
    seededRandom(mixed(seed, n))

/**
 * What a single request draws from. A class because one is made for each arrival; its chance comes into being when a
 * template asks for it, as most have none.
 */
export class RequestDraw implements Draw {
  readonly sequence: number
  readonly entry: ReplayEntry | undefined
  readonly #randomOf: (n: number) => Random
  readonly #n: number
  #random: Random | undefined

  constructor(sequence: number, entry: ReplayEntry | undefined, randomOf: (n: number) => Random, n: number) {
    this.sequence = sequence
    this.entry = entry
    this.#randomOf = randomOf
    this.#n = n
  }

  get random(): Random {
    this.#random ??= this.#randomOf(this.#n)
    return this.#random
  }
}
