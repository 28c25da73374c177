import type {EdgeEffect} from '../verdict/effects/effect.js'
import type {RunSummary} from '../verdict/summary.js'
import type {Verdict} from '../verdict/verdict.js'
import {list, percent} from '../verdict/words.js'
import {tailOf} from './edge-tail.js'

/** An edge is told as slow when the upper bound of its p99 grew by this factor, which is more than a bucket or two. */
const notablySlower = 4

const growthOf = (all: readonly EdgeEffect[], during: EdgeEffect): number => {
  const before = all.find(({edge, phase}) => edge === during.edge && phase === 'baseline')
  const usual = before?.p99Ms?.high
  return during.p99Ms && usual ? (during.p99Ms.high ?? during.p99Ms.low) / usual : 0
}

/** The edge that became slowest in the fault phase, compared with its baseline. */
const slowestOf = (edges: readonly EdgeEffect[]): EdgeEffect | undefined => {
  const [worst] = edges
    .filter(({phase}) => phase === 'fault')
    .map((effect) => ({effect, growth: growthOf(edges, effect)}))
    .sort((one, other) => other.growth - one.growth)
  return worst && worst.growth >= notablySlower ? worst.effect : undefined
}

/** Where to look first when an objective was missed: where errors began, else what became slow, else the plots. */
const whereToLook = ({effects: {failing, edges}}: RunSummary): string => {
  const origins = failing.filter(({origin}) => origin).map(({edge}) => edge)
  if (origins.length > 0) {
    const shares = edges
      .filter(({edge, phase}) => phase === 'fault' && origins.includes(edge))
      .map(({failedShare}) => failedShare)
    const worst = shares.length > 0 ? ` (${percent(Math.max(...shares))} of attempts failed)` : ''
    return `Begin at ${list(origins)}${worst}: there the errors began, and its caller let them through; look at its timeout, retries, breaker and fallback.`
  }
  const slow = slowestOf(edges)
  if (slow)
    return `Begin at ${slow.edge}: its p99 rose to ${tailOf(slow)} in the fault phase, and its caller waited for it; look at its timeout and breaker.`
  return 'Compare the fault phase with the baseline in the plots (--format html): the second in which it began tells what to look at.'
}

/** What to do about a missed objective, where the verdict itself knows nothing. A counterfactual run has to miss some. */
export const nextSteps = ({outcome, advice, counterfactual}: Verdict, summary: RunSummary): string[] =>
  outcome === 'fail' && advice.length === 0 && counterfactual === undefined ? [whereToLook(summary)] : []
