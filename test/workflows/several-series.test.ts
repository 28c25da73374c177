import {describe, expect, it} from 'vitest'
import {queriesParse} from '../../src/scenarios/query-check.js'
import {queryLack} from '../../src/workflows/judgeable.js'
import {severalSeries} from '../../src/workflows/several-series.js'

describe('an expression that is made to answer several series', () => {
  it.each([
    ['sum by (route) (rate(a_total[10s]))', 'route'],
    ['sum by (route, code) (rate(a_total[10s])) > 5', 'route and code'],
    ['100 * (sum by (route) (rate(a[10s])) / sum by (route) (rate(b[10s])))', 'route'],
    ['histogram_quantile(0.99, sum by (le, route) (rate(a_bucket[10s])))', 'route'],
    ['max_over_time(sum by (pod) (a)[1m:1s])', 'pod'],
    ['sum by (route) (a{job="edge"}) and sum(b)', 'route'],
  ])('is refused: %s', (expression, labels) => {
    expect(severalSeries(expression)).toContain(
      `answers a series for each ${labels}, and one number is judged`,
    )
  })

  it.each([
    'sum(rate(a_total[10s]))',
    'sum(sum by (route) (a))',
    'sum by (job) (a{job="edge"})',
    'sum by (job) (a{job="edge"}) / sum by (job) (b{job="edge"})',
    'histogram_quantile(0.99, sum by (le) (rate(a_bucket[10s])))',
    'scalar(sum by (route) (a))',
    // Only the data tells.
    'rate(a_total[10s])',
    'topk by (route) (1, a)',
    'sum without (pod) (a)',
    'sum by (route) (a) / on (route) b',
  ])('is not what this is: %s', (expression) => {
    expect(severalSeries(expression)).toBeUndefined()
  })

  it.each([
    ['refused', undefined, 1],
    ['refused', 'one', 1],
    ['welcome', 'worst', 0],
    ['welcome', 'any', 0],
  ])('is %s in an objective with series: %s', (_, series, problems) => {
    const objective = {query: 'sum by (route) (rate(a_total[$phase]))', ...(series && {series})}
    const found = queriesParse({objectives: [objective]}, {faults: {}, engines: [], checkQuery: queryLack})
    expect(found).toHaveLength(problems)
  })

  it('may stop a run: any of them is reason enough', () => {
    const guards = [{'stop-when': 'sum by (route) (rate(a_total[10s])) > 5'}]
    expect(queriesParse({guards}, {faults: {}, engines: [], checkQuery: queryLack})).toEqual([])
  })
})
