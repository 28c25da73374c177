import {describe, expect, it} from 'vitest'
import {nextSteps} from '../../src/reporters/next-steps.js'
import {makeReport} from '../../src/reporters/report.js'
import type {EdgeEffect, FailingEdge} from '../../src/verdict/effects/effect.js'
import type {RunSummary} from '../../src/verdict/summary.js'
import type {Verdict} from '../../src/verdict/verdict.js'
import {variantRecord, variantReport} from '../fakes/record-variants.js'

const {verdict: failed, summary: plain} = variantReport('fail')
const silent: Verdict = {...failed, advice: []}

const edge = (phase: EdgeEffect['phase'], highMs: number, failedShare = 0): EdgeEffect => ({
  edge: 'order->payment',
  phase,
  calls: 100,
  attempts: 100,
  attemptsPerCall: 1,
  failed: {},
  failedShare,
  p99Ms: {low: highMs / 2, high: highMs},
})
const summary = (edges: EdgeEffect[], failing: FailingEdge[] = []): RunSummary => ({
  ...plain,
  effects: {...plain.effects, edges, failing},
})

describe('what to do about a missed objective', () => {
  it('is to look where the errors began', () => {
    const failing = [{edge: 'order->payment', afterMs: 1000, origin: true}]
    const [line] = nextSteps(silent, summary([edge('fault', 100, 0.893)], failing))
    expect(line).toContain('Begin at order->payment (89.3% of attempts failed)')
  })

  it('is to look at what became slow where nothing failed', () => {
    const [line] = nextSteps(silent, summary([edge('baseline', 50), edge('fault', 2000)]))
    expect(line).toContain('Begin at order->payment: its p99 rose to 1s–2s')
  })

  it('is to look at the plots where no edge stands out', () => {
    const [line] = nextSteps(silent, summary([edge('baseline', 50), edge('fault', 100)]))
    expect(line).toContain('in the plots')
  })

  it('is nothing where the verdict knows better, or where missing it was asked for', () => {
    const {effects} = summary([])
    expect(nextSteps({...silent, advice: ['Lower the load.']}, {...plain, effects})).toEqual([])
    expect(nextSteps({...silent, outcome: 'pass'}, plain)).toEqual([])
    const counterfactual = {mustFail: ['x'], failed: ['x'], shown: true}
    expect(nextSteps({...silent, counterfactual}, plain)).toEqual([])
  })

  it('is in every report that is made', () => {
    const {verdict} = makeReport(variantRecord('fail'), silent, 'record')
    expect(verdict.advice).toHaveLength(1)
  })
})
