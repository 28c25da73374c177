import type {Observations} from '../observations.js'
import {sentenceOf} from './aftermath-words.js'
import {besides} from './bad-share.js'
import type {Aftermath} from './effect.js'
import {type Evidence, evidenceOf, isHeldLong, leastAtEnd, mostInBaseline} from './evidence.js'

/**
 * Whether the trouble went when the fault went. The load is held after the last undoing; if the system is still worse
 * than in the baseline at the end of that, and no longer getting better, something keeps it down. A dip of the load
 * tells what: a failure that it clears was kept alive by the load and its retries (metastable: Bronson, Aghayev,
 * Charapko and Zhu, HotOS 2021), one that it does not clear is damage.
 *
 *   fault ▒▒▒│ recovery: load held       │ dip  │ restored
 *            └ undone          [ held  ]   [dip]   [ restored ]     the ends that are compared with the baseline
 */
export const aftermathOf = (observed: Observations): Aftermath | undefined => {
  const evidence = evidenceOf(observed)
  if (!evidence) return undefined
  const found = decided(evidence)
  const {before: _, loadHeld, dipTo, ...kept} = evidence
  return {...found, message: sentenceOf(found, evidence), ...kept}
}

const decided = (evidence: Evidence): Pick<Aftermath, 'state' | 'confirmed'> => {
  const {bad, before, recoveredMs, neededMs, amplified, loadHeld} = evidence
  const found = (state: Aftermath['state'], confirmed = true) => ({state, confirmed})
  if (!loadHeld || bad.baseline.share > mostInBaseline) return found('inconclusive', false)
  if (bad.held.requests < leastAtEnd) return found('inconclusive', false)
  const now = besides(bad.held, bad.baseline)
  if (now === 'alike') return found((recoveredMs ?? 0) > neededMs ? 'slow' : 'recovered')
  if (now === 'open') return found('inconclusive', false)
  if (before.requests >= leastAtEnd && bad.held.high < before.low) return found('slow', false)
  if (!isHeldLong(evidence)) return found('inconclusive', false)
  // Without a dip, retries that go on are the only sign of what keeps it down.
  if (!bad.restored) return found(amplified.length > 0 ? 'metastable' : 'inconclusive', false)
  const after = besides(bad.restored, bad.baseline)
  if (after === 'open' || bad.restored.requests < leastAtEnd) return found('inconclusive', false)
  return found(after === 'alike' ? 'metastable' : 'damaged')
}
