import {describe, expect, it} from 'vitest'
import type {QueryObjective} from '../../src/scenarios/scenario.js'
import {one, ratio} from '../fakes/record-judged.js'

const query = (change: Partial<QueryObjective>): QueryObjective => ({
  kind: 'query',
  name: 'q',
  // Two series at the end of the fault phase: 9,906 answers with 200, and two with 503.
  query: 'http_requests_total{job="edge"}',
  expect: {comparator: '>=', value: 100},
  during: ['fault'],
  confidence: 0.95,
  minSamples: 1,
  ...change,
})

describe('an answer of several series', () => {
  it('decides nothing unless the objective says which of them counts', () => {
    const verdict = one(query({}))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain('series: worst, any or all')
  })

  it.each([
    ['all', '>=', 100, 'fail', 2],
    ['all', '>=', 1, 'pass', 2],
    ['worst', '>=', 100, 'fail', 2],
    ['worst', '<', 100, 'fail', 9906],
    ['any', '>=', 100, 'pass', 9906],
    ['any', '<', 100, 'pass', 2],
    ['any', '>', 1e6, 'fail', 9906],
    ['all', '!=', 7, 'pass', undefined],
    ['any', '==', 7, 'fail', undefined],
  ] as const)('by %s: %s %d is a %s, shown by %s', (series, comparator, value, outcome, estimate) => {
    const verdict = one(query({series, expect: {comparator, value}}))
    expect(verdict.outcome, verdict.message).toBe(outcome)
    if (estimate !== undefined) expect(verdict.estimate).toBe(estimate)
    expect(verdict.message).toMatch(/of 2 series hold/)
  })
})

describe('what no data comes to', () => {
  const unknownCode = 'http_requests_total{job="edge", status="500"}'

  it.each([
    ['a query that answers nothing', query({query: 'nothing_such', onNoData: 'fail'})],
    ['a ratio without a total', ratio({total: 'nothing_such', onNoData: 'fail'})],
    ['bad events under a label that nobody knows', ratio({bad: unknownCode, onNoData: 'fail'})],
  ])('can be a fail: %s', (_, objective) => {
    expect(one(objective)).toMatchObject({outcome: 'fail', message: expect.stringContaining('on-no-data')})
    const {onNoData: _choice, ...usual} = objective
    expect(one(usual).outcome).toBe('inconclusive')
  })

  it('is no fail where something was measured and does not decide', () => {
    expect(one(ratio({minSamples: 5000, onNoData: 'fail'})).outcome).toBe('inconclusive')
  })

  it('can be zero bad events, but never a pass without a total', () => {
    expect(one(ratio({bad: unknownCode, onNoData: 'zero'}))).toMatchObject({
      outcome: 'pass',
      counts: {bad: 0},
    })
    expect(one(ratio({bad: unknownCode, total: 'nothing_such', onNoData: 'zero'})).outcome).toBe(
      'inconclusive',
    )
  })
})
