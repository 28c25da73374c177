import {describe, expect, it} from 'vitest'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import {at, failedChecks, ratio, verdictOf} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs} from '../fakes/record-series.js'

describe('the outcome of a run', () => {
  it('is a pass when the experiment happened and every objective was shown', () => {
    const verdict = judge(paymentSlowRecord())
    expect(failedChecks(verdict)).toEqual([])
    expect(verdict.objectives.map(({name, phase, outcome}) => [name, phase, outcome])).toEqual([
      ['browsing stays up', 'fault', 'pass'],
      ['browsing stays up', 'recovery', 'pass'],
      ['checkout answers in time', 'fault', 'pass'],
      ['breaker opened', 'fault', 'pass'],
      ['checkout recovers', 'recovery', 'pass'],
    ])
    expect(verdict.outcome).toBe('pass')
  })

  it('is inconclusive, never a pass, without objectives', () => {
    expect(verdictOf(() => {}, []).outcome).toBe('inconclusive')
  })

  it('is a fail when one objective fails, even beside one that is not decided', () => {
    const silent: Objective = {
      kind: 'query',
      name: 'breaker stayed shut',
      query: 'max(max_over_time(circuit_state[$phase]))',
      expect: {comparator: '==', value: 0},
      during: ['fault'],
      confidence: 0.95,
      minSamples: 1,
    }
    const verdict = verdictOf(() => {}, [ratio({target: 0.9995}), silent])
    expect(verdict.objectives.map(({outcome}) => outcome)).toEqual(['inconclusive', 'fail'])
    expect([verdict.outcome, verdict.summary]).toEqual([
      'fail',
      'missed: "breaker stayed shut" (fault); 1 of 2 checks failed',
    ])
  })

  const ends = (ended: 'guard' | 'interrupted' | 'error') => (record: RunRecord) => {
    record.end = {kind: 'end', atMs: runStartMs + 30_000, ended, residual: []}
  }

  it('is a fail when a guard stopped it, although phases are missing and nothing could be judged', () => {
    const stop: RunEvent = {
      ...at(30_000),
      event: 'guard-tripped',
      guard: 'errors',
      message: 'half of all requests fail',
    }
    const verdict = verdictOf((record) => {
      ends('guard')(record)
      record.events = record.events.filter(
        ({event, atMs}) => event !== 'phase-ended' || atMs <= runStartMs + 30_000,
      )
      record.events.push(stop)
    })
    expect(verdict.outcome).toBe('fail')
    expect(verdict.summary).toContain('stopped by guard "errors" (half of all requests fail)')
    expect(verdict.objectives.every(({outcome}) => outcome === 'inconclusive')).toBe(true)
  })

  it('is interrupted when somebody stopped it', () => {
    expect(verdictOf(ends('interrupted')).outcome).toBe('interrupted')
  })

  it('is an error when the run broke, or its observations are not complete', () => {
    expect(verdictOf(ends('error')).outcome).toBe('error')
    const verdict = verdictOf((record) =>
      record.events.push({...at(0), event: 'error', message: 'no answer', hint: 'ask'}),
    )
    expect([verdict.outcome, verdict.advice]).toEqual(['error', ['ask']])
  })

  it('is residual before all else, and says what to do', () => {
    const verdict = verdictOf((record) => {
      ends('error')(record)
      record.end?.residual.push({
        fault: 'f1',
        message: 'the proxy hangs',
        remedy: 'Delete the toxic by hand.',
      })
    })
    expect(verdict.outcome).toBe('residual')
    expect(verdict.advice).toEqual(['Run now: shakedown restore.', 'Delete the toxic by hand.'])
  })

  it('is residual when the record was cut off after an undo failed', () => {
    const undo: RunEvent = {
      ...at(55_000),
      event: 'undo-failed',
      fault: 'f1',
      message: 'hangs',
      remedy: 'restart it',
    }
    const cut = (record: RunRecord): void => {
      delete record.end
      record.events = record.events.filter(({event}) => event !== 'fault-undone')
      record.events.push(undo)
    }
    expect(verdictOf(cut).outcome).toBe('residual')
  })
})

describe('a counterfactual run', () => {
  it.each([
    [true, ['breaker opened']],
    [false, ['breaker opened', 'browsing stays up']],
  ])('is shown (%s) when %j had to fail and only the breaker did', (shown, mustFail) => {
    const {counterfactual} = verdictOf((record) => {
      record.header.mode = 'counterfactual'
      record.header.plan.scenario.counterfactual = {switches: {'order.breaker': false}, mustFail}
      for (const series of record.series) if (series.labels['__name__'] === 'circuit_state') series.v.fill(0)
    })
    expect(counterfactual).toEqual({mustFail, failed: ['breaker opened'], shown})
  })

  it('is not shown by an objective that was not decided', () => {
    const {counterfactual} = verdictOf((record) => {
      record.header.mode = 'counterfactual'
      record.header.plan.scenario.counterfactual = {switches: {}, mustFail: ['breaker opened']}
      record.series = record.series.filter(({labels}) => labels['__name__'] !== 'circuit_state')
    })
    expect(counterfactual).toMatchObject({failed: [], shown: false})
  })
})
