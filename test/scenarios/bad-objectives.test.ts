import {describe, expect, it} from 'vitest'
import {problemsOf, scenarioOf, usual} from '../fakes/scenario-problems.js'

const ratio = (rest: string): string =>
  `name: up, bad: 'e_total{job="x"}', total: 'r_total{job="x"}', ${rest}`
const up = ratio('target: 99%')
const latency = (selector: string, below = '1s'): string =>
  `name: fast, latency: '${selector}', below: ${below}, target: 99%`

const percentage =
  'objectives[0].target: expected a percentage above "0%" and at most "100%", with its sign, got'
const sureness = 'objectives[0].confidence: expected a confidence from "50%" to "99.9999%", such as "95%"'
const noDuration = 'expected a duration above zero such as "30s" or "250ms", got'

describe('an objective that could never be judged', () => {
  it.each([
    ['above 100 %', ratio('target: 100.1%'), `7:76 ${percentage} "100.1%"`],
    ['of 0 %', ratio('target: 0%'), `7:76 ${percentage} "0%"`],
    ['below nothing', ratio('target: -1%'), `7:76 ${percentage} "-1%": it cannot be negative`],
    ['without its sign', ratio('target: 99.9'), `7:76 ${percentage} 99.9: write "99.9%"`],
    ['as a fraction', ratio('target: 0.95'), `7:76 ${percentage} 0.95: write "95%"`],
    ['left out', ratio('during: [fault]'), 'objectives[0].target: missing: expected a percentage'],
    ['certain', ratio('target: 99%, confidence: 100%'), sureness],
    ['certain as a number', ratio('target: 99%, confidence: 1'), 'got 1'],
    ['of no confidence', ratio('target: 99%, confidence: 0%'), 'got "0%"'],
    ['of less than a coin', ratio('target: 99%, confidence: 10%'), sureness],
    ['of a confidence as a fraction', ratio('target: 99%, confidence: 0.95'), 'got 0.95: write "95%"'],
    [
      'of fewer than no samples',
      ratio('target: 99%, min-samples: -1'),
      '7:94 objectives[0].min-samples: must be at least 1, got -1',
    ],
    ['of half a sample', ratio('target: 99%, min-samples: 1.5'), 'expected a whole number, got 1.5'],
    ['within no time', latency('h', '0s'), `objectives[0].below: ${noDuration} "0s"`],
    ['within a time without a unit', latency('h', '300'), `objectives[0].below: ${noDuration} 300`],
    [
      'in no such phase',
      ratio('target: 99%, during: [fautl]'),
      'objectives[0].during[0]: expected one of "baseline", "fault", "recovery", got "fautl": did you mean "fault"?',
    ],
    ['in no phase at all', ratio('target: 99%, during: []'), 'objectives[0].during: needs at least 1 entry'],
    [
      'in a phase twice',
      ratio('target: 99%, during: [fault, fault]'),
      'objectives[0].during: names a phase twice',
    ],
    [
      'passed by no data',
      ratio('target: 99%, on-no-data: pass'),
      'objectives[0].on-no-data: expected one of "inconclusive", "fail", "zero", got "pass"',
    ],
    ['of both good and bad', `good: g, ${up}`, 'takes only one of'],
    ['of nothing', 'name: a', 'objectives[0]: an objective needs one of "good", "bad", "latency"'],
  ])('is refused: %s', (_, objective, message) => {
    expect(problemsOf(scenarioOf([objective])).join()).toContain(message)
    expect(problemsOf(scenarioOf([objective])).join()).toMatch(/s\.yaml:7:\d+ /)
  })

  it.each([
    [
      'recovery',
      up,
      usual.replace('recovery: 10s', 'recovery: 0s'),
      '7:5 objectives[0]: is judged in the recovery phase, which has no length',
    ],
    [
      'baseline',
      ratio('target: 99%, during: [baseline]'),
      usual.replace('baseline: 10s', 'baseline: 0s'),
      'objectives[0].during[0]: is judged in the baseline phase, which has no length',
    ],
  ])('is refused in a %s phase of no length', (_, objective, phases, message) => {
    expect(problemsOf(scenarioOf([objective], '', phases)).join()).toContain(message)
  })
})

describe('an objective that is about another one', () => {
  it.each([
    [
      'recovers what there is not',
      'name: b, recovers: upp, within: 5s',
      '8:25 objectives[1].recovers: there is no good, bad or latency objective "upp": did you mean "up"?',
    ],
    ['recovers itself', 'name: b, recovers: b, within: 5s', 'there is no good, bad or latency objective "b"'],
    [
      'has more time than is watched',
      'name: b, recovers: up, within: 11s',
      '8:37 objectives[1].within: longer than the recovery phase (10s)',
    ],
    ['has no time', 'name: b, recovers: up, within: 0s', `objectives[1].within: ${noDuration} "0s"`],
    [
      'compares what there is not',
      'name: b, compares: upp, at-most-worse: 10%',
      '8:25 objectives[1].compares: there is no good, bad or latency objective "upp"',
    ],
    [
      'allows nothing',
      'name: b, compares: up, at-most-worse: 0%',
      'objectives[1].at-most-worse: expected a percentage above "0%"',
    ],
    ['allows a number', 'name: b, compares: up, at-most-worse: 10', 'got 10: write "10%"'],
    [
      'compares the baseline with itself',
      'name: b, compares: up, at-most-worse: 10%, during: [baseline]',
      'objectives[1].during: the baseline is what the other phases are compared with',
    ],
    [
      'compares with a number',
      'name: b, compares: up, at-most-worse: 10%, to: 5',
      '8:53 objectives[1].to: expected text, got 5',
    ],
    ['has the name of another', up, '8:12 objectives[1].name: the name "up" is taken by an earlier entry'],
  ])('is refused when it %s', (_, objective, message) => {
    expect(problemsOf(scenarioOf([up, objective])).join()).toContain(message)
  })

  it('is refused when it compares with a baseline of no length', () => {
    const phases = usual.replace('baseline: 10s', 'baseline: 0s')
    const text = scenarioOf([up, 'name: b, compares: up, at-most-worse: 10%'], '', phases)
    expect(problemsOf(text).join()).toContain('compares with the baseline, which has no length: give it one')
  })

  it('is refused as what must fail without a protection, when there is none', () => {
    const text = scenarioOf([up], 'counterfactual: {switches: {a.b: off}, must-fail: [upp]}')
    expect(problemsOf(text).join()).toContain('8:52 counterfactual.must-fail[0]: there is no objective "upp"')
  })
})
