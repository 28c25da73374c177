import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../../src/run/record.js'
import {judge} from '../../../src/verdict/judge.js'
import {type JudgedRun, needsCounterfactual, proofOf} from '../../../src/verdict/proof/prove.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'

const run = (change: (record: RunRecord) => void = () => {}): JudgedRun => {
  const record = paymentSlowRecord()
  record.header.plan.scenario.counterfactual = {
    switches: {'order.breaker': false},
    mustFail: ['checkout answers in time'],
  }
  change(record)
  return {record, verdict: judge(record), recordPath: 'runs/r/record.jsonl.gz'}
}

/** In the fault phase, from 30 s on, nearly every checkout is slower than the bound. */
const slowCheckouts = (record: RunRecord): void => {
  const start = record.events.find(({event}) => event === 'load-started')?.atMs ?? 0
  for (const {labels, t, v} of record.series) {
    if (!['0.1', '0.3', '0.5'].includes(labels['le'] ?? '')) continue
    const from = t.findIndex((ms) => ms > start + 30_000)
    for (let at = from; at < v.length; at++) v[at] = v[from] ?? 0
  }
}
const bare = (change: (record: RunRecord) => void): JudgedRun =>
  run((record) => {
    record.header.mode = 'counterfactual'
    change(record)
  })

const cut = (record: RunRecord): void => {
  delete record.end
}

describe('a proof', () => {
  it('is proven when the objectives hold with the protection and are missed without', () => {
    const proof = proofOf(run(), bare(slowCheckouts))
    expect(proof).toMatchObject({finding: 'proven', scenario: 'payment-slow', advice: []})
    expect(proof.cells.map(({outcome}) => outcome)).toEqual(['held', 'held', 'held', 'missed'])
    expect(proof.cells[3]?.missed).toContain('checkout answers in time')
  })

  it('is disproven by the first run alone when they are missed with the protection on', () => {
    const first = run(slowCheckouts)
    expect(needsCounterfactual(first)).toBe(false)
    const proof = proofOf(first, undefined)
    expect(proof.finding).toBe('disproven')
    expect(proof.summary).toContain('"checkout answers in time"')
    expect(proof.cells.map(({outcome}) => outcome)).toEqual(['held', 'missed', 'not run', 'not run'])
  })

  it('is undecided where what must be missed was not measured, even if that is to be a fail', () => {
    const proof = proofOf(
      run(),
      bare((record) => {
        const objective = record.header.plan.scenario.objectives.find(
          ({name}) => name === 'checkout answers in time',
        )
        if (objective) objective.onNoData = 'fail'
        record.series = record.series.filter(
          ({labels}) => !labels['__name__']?.startsWith('http_request_duration_seconds'),
        )
      }),
    )
    expect(proof.finding).toBe('undecided')
  })

  it('is vacuous when they hold without the protection, too', () => {
    const proof = proofOf(
      run(),
      bare(() => {}),
    )
    expect(proof.finding).toBe('vacuous')
    expect(proof.advice).not.toEqual([])
  })

  it('is vacuous when something else is missed than what must be', () => {
    const elsewhere = bare((record) => {
      slowCheckouts(record)
      const {counterfactual} = record.header.plan.scenario
      if (counterfactual) counterfactual.mustFail = ['browsing stays up']
    })
    expect(proofOf(run(), elsewhere)).toMatchObject({finding: 'vacuous'})
    expect(proofOf(run(), elsewhere).summary).toContain('"browsing stays up"')
  })

  it.each([
    ['the first run was no experiment', run(cut), undefined],
    ['the second run was no experiment', run(), bare(cut)],
    ['the second run was not made', run(), undefined],
  ])('is undecided when %s', (_, first, second) => {
    expect(proofOf(first, second).finding).toBe('undecided')
  })
})
