import {studentQuantile} from './student.js'
import {tidalVariance} from './tides.js'

/** Events of one short stretch of time. */
export interface Block {
  bad: number
  total: number
  /** In a stretch where the plan itself changes the rate of errors (a fault begins or ends): see `dispersionOf`. */
  transient?: boolean
}

/** How much less is known from these events than from as many independent ones. */
export interface Dispersion {
  /** Variance of the share over that of independent events; never below 1. */
  designEffect: number
  /** Independent events that would tell as much: at most `total`. */
  effective: number
  /** Integrated autocorrelation time of the blocks, in blocks; 1 when each is independent of the next. */
  correlationBlocks: number
  /** Blocks with events in them, without the transient ones. */
  blocks: number
}

/** With fewer blocks than this, their spread says nothing. */
const leastBlocks = 8

/** Of the first autocorrelation, in standard errors 1/√m: independent blocks pass it one time in four. */
const noise = 0.7

/**
 * Sum of the autocorrelations of `residuals`, both sides: τ = −1 + 2 Σ Γ_j over pairs Γ_j = ρ(2j) + ρ(2j+1), cut off
 * where a pair is no longer positive and made to fall, since noise has a sum too. C. J. Geyer, Practical Markov chain
 * Monte Carlo, Statistical Science 7 (1992), the initial monotone sequence. Residuals are taken around their own mean,
 * which lowers each autocorrelation by about τ/m of m blocks: the sum over K lags is divided by 1 − (2K + 1)/m to make
 * up for it. At least 1: errors that avoid each other earn no credit.
 */
export const correlationTime = (residuals: readonly number[]): number => {
  const length = residuals.length
  const power = residuals.reduce((sum, r) => sum + r * r, 0)
  if (power === 0) return 1
  const rho = (lag: number): number => {
    let sum = 0
    for (let index = lag; index < length; index++)
      sum += (residuals[index] ?? 0) * (residuals[index - lag] ?? 0)
    return sum / power
  }
  if (rho(1) < noise / Math.sqrt(length)) return 1
  let tau = -1
  let before = Number.POSITIVE_INFINITY
  let lag = 0
  for (; lag + 1 < length / 2; lag += 2) {
    const pair = Math.min(before, rho(lag) + rho(lag + 1))
    if (pair <= 0) break
    tau += 2 * pair
    before = pair
  }
  const kept = 1 - (2 * (lag - 1) + 1) / length
  return Math.max(1, tau / Math.max(0.5, kept))
}

const sumOf = (blocks: readonly Block[]): {bad: number; total: number} =>
  blocks.reduce((sum, {bad, total}) => ({bad: sum.bad + bad, total: sum.total + total}), {bad: 0, total: 0})

/** p (1 − p) n: the variance of the number of bad ones among independent events. */
const binomialVariance = ({bad, total}: {bad: number; total: number}): number =>
  total === 0 ? 0 : bad * (1 - bad / total)

/**
 * What is known of a share when errors come in bursts. The variance of the count is measured from block to block around
 * the mean share (a ratio estimator: Cochran, Sampling Techniques, 1977, 9.7) in two ways, and the more careful one
 * counts: times the correlation time, which sees short bursts sharply, and by the slowest waves, which see tides that a
 * short phase hardly holds. What a fault does as it begins or ends is no chance burst, it comes each time: those blocks
 * are a stratum of their own and count as independent. A spread that is itself badly known shrinks the sample once more
 * by the ratio of Student quantiles: Korn and Graubard, Survey Methodology 24 (1998), with the effective number of
 * blocks, or of waves.
 *
 * @param confidence two-sided, of the interval that `effective` is for.
 */
export const dispersionOf = (all: readonly Block[], confidence: number): Dispersion => {
  const whole = sumOf(all)
  const steady = all.filter(({total, transient}) => total > 0 && !transient)
  const {bad, total} = sumOf(steady)
  const none = {designEffect: 1, effective: whole.total, correlationBlocks: 1, blocks: steady.length}
  if (steady.length < leastBlocks || bad <= 0 || bad >= total) return none
  const share = bad / total
  const residuals = steady.map((block) => block.bad - share * block.total)
  const correlationBlocks = correlationTime(residuals)
  const spread = residuals.reduce((sum, r) => sum + r * r, 0)
  const bursts = {
    variance: (spread * correlationBlocks * steady.length) / (steady.length - 1),
    degrees: Math.max(1, steady.length / correlationBlocks - 1),
  }
  const transient = binomialVariance(sumOf(all.filter((block) => block.transient)))
  const tail = (1 - confidence) / 2
  const student = studentQuantile(tail, Math.max(1, whole.total - 1))
  const [burst, tide] = [bursts, tidalVariance(residuals)].map(({variance, degrees}) => {
    const raw = (variance + transient) / binomialVariance(whole)
    return {raw, careful: raw * (studentQuantile(tail, degrees) / student) ** 2}
  })
  // Short bursts are seen by many blocks: where the spread is that of independent events, nothing is left to make up for.
  const ofBursts = burst && burst.raw > 1 ? burst.careful : 1
  const lost = Math.max(1, ofBursts, tide?.careful ?? 1)
  return {
    designEffect: Math.max(1, burst?.raw ?? 1, tide?.raw ?? 1),
    effective: whole.total / lost,
    correlationBlocks,
    blocks: steady.length,
  }
}
