import {normalTails} from './normal.js'

/** One way in which the counts of blocks may vary, and how far it is to be believed. */
export interface Noise {
  weight: number
  /** Variance of the sum of all blocks over that of independent events. */
  inflation: number
}

/** Correlation times of what comes on top of independent events, in blocks: the autoregression of first order has (1 + φ) / (1 − φ). */
const correlationBlocks = [1, 4, 9, 19]
/** How likely it is before anything was counted that errors come one by one. */
const independent = 0.3
/** The least excess of a block's variance that is thought of, over that of independent events; the next are each twice the last. */
const leastExcess = 0.125

/**
 * The squares of the cosine waves in `residuals`, each over the variance that a block of independent events has: 1 each
 * for those. Wave k of m blocks has k half periods; waves are independent of each other, as blocks in a tide are not.
 */
export const wavesIn = (residuals: readonly number[], variance: number): number[] => {
  const blocks = residuals.length
  const cosines = Array.from({length: 4 * blocks}, (_, at) => Math.cos((Math.PI * at) / (2 * blocks)))
  return Array.from({length: blocks - 1}, (_, at) => {
    let sum = 0
    for (let block = 0; block < blocks; block++)
      sum += (residuals[block] ?? 0) * (cosines[((at + 1) * (2 * block + 1)) % (4 * blocks)] ?? 0)
    return (2 * sum * sum) / (blocks * variance)
  })
}

/** The spectrum of an autoregression at wave k of m blocks, of variance 1. */
const spectrumAt = (phi: number, wave: number, blocks: number): number =>
  (1 - phi * phi) / (1 - 2 * phi * Math.cos((Math.PI * wave) / blocks) + phi * phi)

/** The variance of the sum of m blocks of an autoregression over that of m independent ones. */
const sumOver = (phi: number, blocks: number): number =>
  (1 + phi) / (1 - phi) - (2 * phi * (1 - phi ** blocks)) / (blocks * (1 - phi) ** 2)

/** Twice the log of the likelihood of these waves, but for a constant: P. Whittle, Journal of the Royal Statistical Society B 15 (1953). */
const likelihood = (waves: readonly number[], spectrum: (wave: number) => number): number => {
  let sum = 0
  for (const [at, square] of waves.entries()) {
    const expected = spectrum(at + 1)
    sum -= Math.log(expected) + square / expected
  }
  return sum
}

/**
 * What the noise in a phase may be, by Bayes: independent events (three in ten beforehand), or with an excess that comes
 * and goes in any of four times and is of any size, each doubling as likely, up to what blocks of so many events can have:
 * all of a block good or all bad. All waves of the phase speak, as the level of independent events is known: a few of the
 * slowest alone would know less about it. What thirty blocks cannot rule out stays in the mixture with its weight.
 *
 * @param perBlock events in a block.
 */
export const noiseOf = (waves: readonly number[], perBlock: number): Noise[] => {
  const blocks = waves.length + 1
  const doublings = Math.max(1, Math.floor(Math.log2(Math.max(1, perBlock) / leastExcess)) + 1)
  const excesses = Array.from({length: doublings}, (_, at) => leastExcess * 2 ** at)
  const chance = (1 - independent) / (correlationBlocks.length * excesses.length)
  const ways = correlationBlocks.flatMap((time) => {
    const phi = (time - 1) / (time + 1)
    const shape = waves.map((_, at) => spectrumAt(phi, at + 1, blocks))
    const inSum = sumOver(phi, blocks)
    return excesses.map((excess) => ({
      log: Math.log(chance) + likelihood(waves, (wave) => 1 + excess * (shape[wave - 1] ?? 0)) / 2,
      inflation: 1 + excess * inSum,
    }))
  })
  const all = [{log: Math.log(independent) + likelihood(waves, () => 1) / 2, inflation: 1}, ...ways]
  const most = Math.max(...all.map(({log}) => log))
  const total = all.reduce((sum, {log}) => sum + Math.exp(log - most), 0)
  return all.map(({log, inflation}) => ({weight: Math.exp(log - most) / total, inflation}))
}

/** So many standard deviations of independent events does the sum of blocks deviate, with no more than this chance. */
const reach = (noises: readonly Noise[], chance: number): number => {
  const beyond = (z: number): number =>
    noises.reduce((sum, {weight, inflation}) => sum + weight * normalTails(z / Math.sqrt(inflation)), 0)
  let high = 1
  while (beyond(high) > chance) high *= 2
  let low = 0
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2
    if (beyond(middle) > chance) low = middle
    else high = middle
  }
  return high
}

/** By how much the variance has to be taken larger for an interval of this confidence, given all that the noise may be. */
export const inflationFor = (noises: readonly Noise[], confidence: number): number => {
  const chance = 1 - confidence
  return (reach(noises, chance) / reach([{weight: 1, inflation: 1}], chance)) ** 2
}
