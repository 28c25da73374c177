import {formatPercent} from '../../scenarios/quantities.js'
import {elapsed, list, number, percent} from '../words.js'
import {besides} from './bad-share.js'
import type {Aftermath} from './effect.js'
import {type Evidence, isHeldLong, leastAtEnd, mostInBaseline} from './evidence.js'

const retries = ({amplified}: Evidence): string =>
  amplified.length === 0
    ? 'with no more attempts for each call than before'
    : `with ${list(
        amplified.map(
          ({edge, attemptsPerCall, baseline}) =>
            `${number(Number(attemptsPerCall.toFixed(1)))} attempts for each call on ${edge} (${number(Number(baseline.toFixed(1)))} before)`,
        ),
      )}`

const stillBad = (evidence: Evidence): string => {
  const {bad, heldMs} = evidence
  const now = `${percent(bad.held.share)} of the requests were still bad (${percent(bad.baseline.share)} before)`
  return `${elapsed(heldMs)} after the last undoing ${now}, ${retries(evidence)}`
}

const lowered = ({dipTo}: Evidence): string => `load at ${formatPercent(dipTo ?? 0)} for a while`

const undecided = (evidence: Evidence): string => {
  const {bad, neededMs, loadHeld} = evidence
  if (!loadHeld) return 'the load was not held after the fault'
  if (bad.baseline.share > mostInBaseline)
    return `the system was sick before the fault: ${percent(bad.baseline.share)} of the requests of the baseline were bad`
  if (bad.held.requests < leastAtEnd) return 'there were too few requests after the fault'
  if (besides(bad.held, bad.baseline) === 'open')
    return `${percent(bad.held.share)} of the last requests were bad (${percent(bad.baseline.share)} before)`
  if (!isHeldLong(evidence))
    return `${stillBad(evidence)}; a recovery phase of ${elapsed(neededMs)} or more would tell whether that lasts`
  if (bad.restored) return `${stillBad(evidence)}; what came after the dip does not decide it`
  return `${stillBad(evidence)}; a dip of the load (phases: dip) would tell damage from a failure that keeps itself alive`
}

const slowly = (evidence: Evidence): string => {
  const {recoveredMs, neededMs, before, bad} = evidence
  return recoveredMs === undefined
    ? `recovers slowly: ${stillBad(evidence)}; they were ${percent(before.share)} a little earlier, and ${percent(bad.held.share)} at last`
    : `recovered slowly, ${elapsed(recoveredMs)} after the last undoing: more than ${elapsed(neededMs)}, which its timeouts would explain`
}

/** What was seen, as one sentence without a full stop. */
export const sentenceOf = (
  {state, confirmed}: Pick<Aftermath, 'state' | 'confirmed'>,
  evidence: Evidence,
): string => {
  switch (state) {
    case 'recovered':
      return (evidence.recoveredMs ?? 0) === 0
        ? 'recovered as soon as the last fault was undone'
        : `recovered within ${elapsed(evidence.recoveredMs ?? 0)} of the last undoing`
    case 'slow':
      return slowly(evidence)
    case 'metastable':
      return confirmed
        ? `metastable: ${stillBad(evidence)}; ${lowered(evidence)} cleared it`
        : `metastable, it seems: ${stillBad(evidence)}; a dip of the load (phases: dip) would show it`
    case 'damaged':
      return `damaged: ${stillBad(evidence)}; ${lowered(evidence)} did not clear it: ${percent(evidence.bad.dip?.share ?? 0)} bad at the end of that, ${percent(evidence.bad.restored?.share ?? 0)} with all the load again`
    case 'inconclusive':
      return undecided(evidence)
  }
}
