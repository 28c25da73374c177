import {describe, expect, it} from 'vitest'
import {budgetEffects, faultEffects} from '../../src/reporters/effect-phrases.js'
import {makeReport} from '../../src/reporters/report.js'
import type {RunRecord} from '../../src/run/record.js'
import {judge} from '../../src/verdict/judge.js'
import {aftermathRecord, allBad, between, withAttempts} from '../fakes/record-aftermath.js'

const told = (record: RunRecord): string[] => faultEffects(makeReport(record, judge(record), 'r'))

const badBetween = (from: number, to: number) => (second: number) =>
  between(from, to)(second) ? allBad(second) : undefined

describe('what the faults did, in words', () => {
  it('says where errors began and that the failure keeps itself alive', () => {
    const storm = withAttempts(aftermathRecord(badBetween(25, 80), {dip: true}), 4)
    const lines = told(storm)
    expect(lines[0]).toBe('f1 latency: felt by the callers within 986ms; over within 25s of its undoing')
    expect(lines[1]).toBe('errors began on order->payment within 1s of the injection')
    expect(lines.at(-1)).toMatch(/^the system is metastable: 20s after the last undoing 100% .* cleared it$/)
    expect(judge(storm).advice.at(-1)).toContain('Limit the retries on order->payment')
  })

  it('says nothing of a system that is well as soon as the fault is gone, nor advises anything', () => {
    const well = aftermathRecord(badBetween(25, 55))
    expect(told(well)).toEqual(['f1 latency: felt by the callers within 986ms; over when it was undone'])
    expect(judge(well).advice.join('\n')).not.toContain('metastable')
  })

  it('says what is not known, and why', () => {
    const short = aftermathRecord(badBetween(25, 75), {longestTimeoutMs: 6000})
    expect(told(short).at(-1)).toMatch(
      /^whether the system recovered is not known: .* 30s or more would tell/,
    )
  })

  it('says what a burn rate would come to', () => {
    const record = aftermathRecord(() => undefined)
    const [objective] = judge(record).objectives
    if (!objective) throw new Error('nothing was judged')
    const burning = (burnRate: number) =>
      budgetEffects([{...objective, name: 'sales', phase: 'fault', budget: {burnRate, burnt: 0.001}}])
    expect(burning(0.99)).toEqual([])
    expect(burning(100)).toEqual([
      '"sales" (fault) burnt its error budget 100 times as fast as it may: at this rate 30 days of it last 7h12m, and the alert 14.4× over 1h and 5m would fire after 8m38s',
    ])
    expect(burning(2)[0]).toContain('30 days of it last 15 days, and the alert 1× over 3d and 6h would fire')
  })
})
