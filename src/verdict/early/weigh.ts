import {type Block, dispersionOf} from '../statistics/dispersion.js'
import type {Interval} from '../statistics/interval.js'
import {edgeOf, logShowsFewer, logShowsMore} from './e-value.js'

/** What is asked of a phase, and how sure one must be. */
export interface Question {
  /** Smallest share of good events. */
  target: number
  confidence: number
  /** So many checks are made in the run: a miss must stand out from all of them (Bonferroni). */
  tests: number
  /** Blocks in the whole phase, those to come among them. */
  wholeBlocks: number
  /** How long each is; a second if not said. */
  blockMs?: number
}

/** What the blocks of a phase so far say about the whole of it. Shares are of bad events. */
export interface Weight {
  state: 'met' | 'missed' | 'undecided'
  /** Of the whole phase if it goes on as it did. */
  estimate: number
  interval: Interval
  /** Evidence that the target is met, and that it is missed: e-values. */
  met: number
  missed: number
  counts: {good: number; bad: number; total: number}
  /** Independent events that the counts are worth. */
  effective: number
}

/** Fewer blocks than this have not shown how errors come. */
export const leastBlocks = 16

/** So much more than it seems may errors come in bursts, over √blocks: what a few blocks have not shown yet. */
const doubt = 1

/** More than this is beyond doubt, and beyond what a record can hold as a number. */
const mostEvidence = 1e12

interface Sum {
  bad: number
  total: number
}

const sumOf = (blocks: readonly Block[]): Sum =>
  blocks.reduce((sum, {bad, total}) => ({bad: sum.bad + bad, total: sum.total + total}), {bad: 0, total: 0})

/** The e-values of the steady blocks at any share of bad events, each event worth less where errors come in bursts. */
const testsOf = (steady: readonly Block[], {confidence, blockMs}: Question) => {
  const {bad, total} = sumOf(steady)
  const measured = total === 0 ? 1 : Math.min(1, dispersionOf(steady, confidence, blockMs).effective / total)
  const worth = measured / (1 + doubt / Math.sqrt(Math.max(1, steady.length)))
  const counted = {bad: bad * worth, total: total * worth}
  return {
    fewer: (limit: number): number => logShowsFewer(counted, limit),
    more: (limit: number): number => logShowsMore(counted, limit),
    effective: counted.total,
    share: total === 0 ? 0 : bad / total,
  }
}

/**
 * Weighs the blocks of a phase that is on against what is asked of the whole of it. What a fault does as it begins or
 * ends comes once: those blocks are counted as they are, and only what came after them goes on to the planned end.
 *
 *   transient │ steady ──────── now │ as the steady blocks ─ ─ ─ ─ ▶│ planned end
 *
 * So the limit for the steady share is what the transient blocks have left of the whole phase's. Each side is an
 * e-process of its own at (1 − confidence) / 2 (see e-value.ts), so that one may look as often as one likes.
 */
export const weigh = (blocks: readonly Block[], question: Question): Weight => {
  const {target, confidence, tests, wholeBlocks} = question
  const steady = blocks.filter(({total, transient}) => total > 0 && !transient)
  const [once, before, all] = [sumOf(blocks.filter(({transient}) => transient)), sumOf(steady), sumOf(blocks)]
  const transientBlocks = blocks.filter(({transient}) => transient).length
  const toCome = Math.max(0, wholeBlocks - transientBlocks - steady.length)
  const ahead = before.total + (toCome * before.total) / Math.max(1, steady.length)
  const whole = once.total + ahead
  const limit = ((1 - target) * whole - once.bad) / Math.max(1, ahead)
  const {fewer, more, share, effective} = testsOf(steady, question)
  const alpha = (1 - confidence) / 2
  const [met, missed] = [fewer(limit), more(limit)]
  const enough = -Math.log(alpha)
  const ofWhole = (steadyShare: number): number =>
    whole === 0 ? steadyShare : (once.bad + steadyShare * ahead) / whole
  const low = edgeOf(missed >= enough ? Math.max(0, limit) : 0, share, (at) => more(at) >= enough)
  const high = edgeOf(met >= enough ? Math.min(1, limit) : 1, share, (at) => fewer(at) >= enough)
  const state = (): Weight['state'] => {
    if (steady.length < leastBlocks) return 'undecided'
    if (missed >= enough + Math.log(tests)) return 'missed'
    return met >= enough ? 'met' : 'undecided'
  }
  return {
    state: state(),
    estimate: ofWhole(share),
    interval: {low: ofWhole(low), high: ofWhole(high)},
    met: Math.min(mostEvidence, Math.exp(met)),
    missed: Math.min(mostEvidence, Math.exp(missed)),
    counts: {good: all.total - all.bad, bad: all.bad, total: all.total},
    effective: effective + once.total,
  }
}
