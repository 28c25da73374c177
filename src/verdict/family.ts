import {holm} from './statistics/holm.js'
import type {ObjectiveVerdict} from './verdict.js'
import {count, percent} from './words.js'

/**
 * Holds the chance of a wrong `fail` for all objectives together. Each interval errs now and then; of twenty of them,
 * one in 95 runs would. A miss that the number of objectives could explain decides nothing. A wrong `pass` needs no such
 * care: every objective must pass, and one that is truly missed passes wrongly no more often than its own confidence
 * allows (R. L. Berger, Technometrics 24, 1982: the intersection-union test).
 */
export const withFamily = (verdicts: readonly ObjectiveVerdict[]): ObjectiveVerdict[] => {
  const tested = verdicts.filter(({chance}) => chance !== undefined)
  const beyondDoubt = holm(
    tested.map(({chance = 1, confidence}) => ({p: chance, alpha: (1 - confidence) / 2})),
  )
  const doubtful = new Set(tested.filter(({outcome}, index) => outcome === 'fail' && !beyondDoubt[index]))
  return verdicts.map((verdict) => (doubtful.has(verdict) ? doubted(verdict, tested.length) : verdict))
}

const doubted = (verdict: ObjectiveVerdict, tests: number): ObjectiveVerdict => ({
  ...verdict,
  outcome: 'inconclusive',
  message: `${verdict.message}; by itself a miss, but ${count(tests)} checks are made, and chance alone does this to one of them more often than ${percent((1 - verdict.confidence) / 2)}`,
})
