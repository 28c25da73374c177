import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import {one} from '../fakes/record-judged.js'
import {runStartMs} from '../fakes/record-series.js'

describe('a query', () => {
  const query = (text: string, value = 1): Objective => ({
    kind: 'query',
    name: 'asked',
    query: text,
    expect: {comparator: '>=', value},
    during: ['fault'],
    confidence: 0.95,
    minSamples: 1,
  })

  it('is evaluated over the phase, at its end', () => {
    expect(one(query('max(max_over_time(circuit_state[$phase]))')).estimate).toBe(2)
    expect(one(query('sum(increase(http_requests_total{code="503"}[$phase])) * 0 + 3', 4)).outcome).toBe(
      'fail',
    )
    expect(one(query('42'))).toMatchObject({outcome: 'pass', estimate: 42})
  })

  it('fills in a phase whose length is no whole number of seconds', () => {
    const shorter = one(query('max(max_over_time(circuit_state[$phase]))'), ({events}) => {
      const started = events.find((event) => event.event === 'phase-started' && event.phase === 'fault')
      if (started) started.atMs += 500
    })
    expect(shorter.estimate).toBe(2)
  })

  it.each([
    ['no data', 'max(no_such_metric)'],
    ['aggregate to one', 'http_requests_total'],
    ['which is no number', '0 / 0'],
    ['which is no number', '1 / 0'],
    ['cannot be evaluated', 'sum('],
    ['answers a string', '"text"'],
  ])('is inconclusive: %s', (message, text) => {
    const verdict = one(query(text))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain(message)
  })

  it('does not take a gauge that went silent for a value', () => {
    const silent = (record: RunRecord): void => {
      for (const series of record.series.filter(({labels}) => labels['__name__'] === 'circuit_state')) {
        const end = series.t.findIndex((t) => t > runStartMs + 53_000)
        series.t.length = end
        series.v.length = end
      }
    }
    expect(one(query('max(circuit_state)')).outcome).toBe('pass')
    expect(one(query('max(circuit_state)'), silent).message).toContain('no data')
  })

  const answered =
    (warnings: string[], value = 2) =>
    (record: RunRecord) => {
      record.header.plan.target.metrics = {kind: 'prometheus', url: 'http://127.0.0.1:9090'}
      record.answers.push({
        kind: 'answer',
        query: 'q[$phase]',
        phase: 'fault',
        atMs: 0,
        answers: [{labels: {}, value}],
        warnings,
      })
    }

  it('is judged by the answer of a Prometheus where there is one', () => {
    expect(one(query('q[$phase]'), answered([]))).toMatchObject({outcome: 'pass', estimate: 2})
    expect(one(query('other'), answered([])).message).toContain('holds no answer of Prometheus')
  })

  it('is no pass with a warning, and still a fail', () => {
    expect(one(query('q[$phase]'), answered(['partial data'])).outcome).toBe('inconclusive')
    expect(one(query('q[$phase]'), answered(['partial data'], 0)).outcome).toBe('fail')
  })
})
