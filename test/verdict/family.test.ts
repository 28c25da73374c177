import {describe, expect, it} from 'vitest'
import {withFamily} from '../../src/verdict/family.js'
import type {ObjectiveVerdict} from '../../src/verdict/verdict.js'

const share = (outcome: ObjectiveVerdict['outcome'], chance: number): ObjectiveVerdict => ({
  name: `chance ${chance}`,
  kind: 'ratio',
  phase: 'fault',
  outcome,
  message: 'measured',
  unit: 'ratio',
  target: 0.99,
  comparator: '>=',
  confidence: 0.95,
  chance,
})

describe('several objectives together', () => {
  it('leave a miss that their number explains undecided', () => {
    const [missed, ...others] = withFamily([
      share('fail', 0.02),
      ...[0.3, 0.6, 0.9].map((p) => share('pass', p)),
    ])
    expect(missed?.outcome).toBe('inconclusive')
    expect(missed?.message).toContain('4 checks are made')
    expect(others.map(({outcome}) => outcome)).toEqual(['pass', 'pass', 'pass'])
  })

  it('do not save an objective that is missed beyond doubt', () => {
    const verdicts = withFamily([share('fail', 1e-6), share('fail', 0.02), share('pass', 0.5)])
    expect(verdicts.map(({outcome}) => outcome)).toEqual(['fail', 'inconclusive', 'pass'])
  })

  it('change nothing when there is one, or when none of them is a share', () => {
    const query: ObjectiveVerdict = {...share('fail', 0), kind: 'query', unit: 'value'}
    delete query.chance
    expect(withFamily([share('fail', 0.02)])[0]?.outcome).toBe('fail')
    expect(withFamily([query, query]).map(({outcome}) => outcome)).toEqual(['fail', 'fail'])
  })
})
