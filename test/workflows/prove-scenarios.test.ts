import {describe, expect, it} from 'vitest'
import type {Outcome} from '../../src/exit-codes.js'
import {judge} from '../../src/verdict/judge.js'
import {type Finding, type Proof, proofVersion} from '../../src/verdict/proof/proof.js'
import {exitOf} from '../../src/workflows/prove-scenarios.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

const proof = (finding: Finding): Proof => ({
  proofVersion,
  scenario: 'payment-slow',
  proves: [],
  finding,
  summary: '',
  advice: [],
  cells: [],
  runs: [],
})
const verdict = judge(paymentSlowRecord())
const exit = (findings: Finding[], outcomes: Outcome[], interrupted = false, allowInconclusive = false) =>
  exitOf(
    findings.map(proof),
    outcomes.map((outcome) => ({verdict: {...verdict, outcome}})),
    {interrupted, allowInconclusive},
  )

describe('the exit code of proofs', () => {
  it.each([
    [0, ['proven'], ['pass', 'fail']],
    [1, ['proven', 'vacuous'], ['pass', 'fail', 'pass', 'pass']],
    [1, ['undecided', 'disproven'], ['invalid', 'fail']],
    [3, ['undecided'], ['inconclusive']],
    [4, ['disproven', 'undecided'], ['fail', 'error']],
    [5, ['undecided'], ['pass', 'residual']],
    [130, ['undecided'], ['interrupted']],
  ] as [number, Finding[], Outcome[]][])('is %d of %j', (code, findings, outcomes) => {
    expect(exit(findings, outcomes)).toBe(code)
  })

  it('is that of an interruption where Ctrl-C came between two runs', () => {
    expect(exit(['proven'], ['pass', 'fail'], true)).toBe(130)
    expect(exit(['undecided'], ['pass'], true, true)).toBe(130)
    expect(exit(['undecided'], ['residual'], true)).toBe(5)
  })

  it('is 0 of what is open only where that was asked for', () => {
    expect(exit(['undecided'], ['inconclusive'], false, true)).toBe(0)
    expect(exit(['vacuous'], ['pass', 'pass'], false, true)).toBe(1)
  })
})
