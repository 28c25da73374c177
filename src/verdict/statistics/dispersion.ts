import {inflationFor, noiseOf, wavesIn} from './noise.js'

/** Events of one short stretch of time. */
export interface Block {
  bad: number
  total: number
  /** In a stretch where the plan itself changes the rate of errors (a fault begins or ends): see `dispersionOf`. */
  transient?: boolean
}

/** How much less is known from these events than from as many independent ones. */
export interface Dispersion {
  /** Variance of the share over that of independent events, as far as it can be told; never below 1. */
  designEffect: number
  /** Independent events that would tell as much: at most `total`. */
  effective: number
  /** No burst of chance lasts longer, so at least as many independent events as there is room for such bursts: see `dispersionOf`. */
  looks: number
  /** Blocks with events in them, without the transient ones. */
  blocks: number
}

/** With fewer blocks than this, their spread says nothing. */
const leastBlocks = 8

/** What lasts longer is no burst of chance in this phase, it is what happened in it. */
const longestBurstMs = 5000

const sumOf = (blocks: readonly Block[]): {bad: number; total: number} =>
  blocks.reduce((sum, {bad, total}) => ({bad: sum.bad + bad, total: sum.total + total}), {bad: 0, total: 0})

/** p (1 − p) n: the variance of the number of bad ones among independent events. */
const binomialVariance = ({bad, total}: {bad: number; total: number}): number =>
  total === 0 ? 0 : bad * (1 - bad / total)

/**
 * What is known of a share when errors come in bursts. The counts of blocks around the mean share (a ratio estimator:
 * Cochran, Sampling Techniques, 1977, 9.7) show how much their sum may vary by chance, see `noiseOf`. What a fault does
 * as it begins or ends is no chance burst, it comes each time: those blocks are a stratum of their own and count as
 * independent.
 *
 * However the errors hang together, a phase is worth as many independent events as there is room in it for the longest
 * burst of chance: with clusters of events that are all alike the design effect is the size of a cluster, and cannot be
 * more (Cochran, 9.4). Else an outage of nearly the whole phase would be a single event, of which one knows nothing.
 *
 * @param confidence two-sided, of the interval that `effective` is for.
 * @param blockMs how long each block is.
 */
export const dispersionOf = (all: readonly Block[], confidence: number, blockMs = 1000): Dispersion => {
  const whole = sumOf(all)
  const steady = all.filter(({total, transient}) => total > 0 && !transient)
  const {bad, total} = sumOf(steady)
  const looks = Math.min(whole.total, all.length / Math.max(1, longestBurstMs / blockMs))
  const none = {designEffect: 1, effective: whole.total, looks, blocks: steady.length}
  if (steady.length < leastBlocks || bad <= 0 || bad >= total) return none
  const share = bad / total
  const residuals = steady.map((block) => block.bad - share * block.total)
  const ofSteady = binomialVariance({bad, total})
  const ofTransient = binomialVariance(sumOf(all.filter((block) => block.transient)))
  const waves = wavesIn(residuals, ofSteady / steady.length)
  const noises = noiseOf(waves, total / steady.length).map(({weight, inflation}) => ({
    weight,
    inflation: (inflation * ofSteady + ofTransient) / binomialVariance(whole),
  }))
  const mean = noises.reduce((sum, {weight, inflation}) => sum + weight * inflation, 0)
  return {
    designEffect: Math.max(1, mean),
    effective: Math.max(looks, whole.total / Math.max(1, inflationFor(noises, confidence))),
    looks,
    blocks: steady.length,
  }
}
