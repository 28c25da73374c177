import {expect, it} from 'vitest'
import {compareCapacities} from '../../src/capacity/compare.js'
import {type CapacityLine, withoutLeg} from '../../src/capacity/record.js'
import {resultOf} from '../../src/capacity/result.js'
import type {Trial} from '../../src/capacity/trial.js'
import {markdownCapacity} from '../../src/reporters/capacity/markdown.js'
import {terminalCapacity} from '../../src/reporters/capacity/terminal.js'
import {capacityEnd, capacityHeader, trialLines, trialsFor} from '../fakes/capacity-trials.js'

const whole = trialLines(trialsFor(640))
const held =
  whole
    .flatMap((line) =>
      line.kind === 'trial' && line.trial.purpose === 'confirm' ? [line.trial.ratePerSecond] : [],
    )
    .at(-1) ?? 0
const heldAs = (bit: 'yes' | 'no' | 'unknown'): CapacityLine => ({
  kind: 'held',
  leg: 'without gateway',
  atMs: 0,
  does: 'kills',
  bit,
  observations: [],
})
const trialsGone = trialLines(trialsFor(330, held / 2), withoutLeg('gateway'))
const gone = [...trialsGone, heldAs('yes')]

it('is an interval with what bound it and what saturated', () => {
  const result = resultOf(capacityHeader(), [...whole, capacityEnd()])
  expect(result.outcome).toBe('pass')
  expect(result.whole.lower).toBeLessThan(640)
  expect(result.whole.upper).toBeGreaterThan(640)
  expect(result.whole.bound).toMatchObject({name: 'quick', message: 'too slow'})
  expect(result.saturation.likely).toEqual({kind: 'cpu', name: 'gateway'})
  expect(result.safePeak?.ratePerSecond).toBe(result.whole.lower)
})

it.each([
  [500, 'yes', 'pass'],
  [640, 'open', 'inconclusive'],
  [900, 'no', 'fail'],
] as const)('says of %d a second: %s', (atLeastPerSecond, holds, outcome) => {
  const result = resultOf(capacityHeader({atLeastPerSecond}), [...whole, capacityEnd()])
  expect(result.atLeast?.holds).toBe(holds)
  expect(result.outcome).toBe(outcome)
})

it('takes the smallest bound for the safe peak, and asks it for what is asked', () => {
  const header = capacityHeader({without: ['gateway'], atLeastPerSecond: 500, expectedPeakPerSecond: 200})
  const result = resultOf(header, [...whole, ...gone, capacityEnd()])
  expect(result.safePeak?.of).toBe('without gateway')
  expect(result.safePeak?.ratePerSecond).toBeLessThan(330)
  expect(result.legs[0]?.leftShare).toBeCloseTo(330 / 640, 1)
  expect(result.atLeast).toMatchObject({holds: 'no', of: 'without gateway'})
  expect(result.expectedPeak?.holds).toBe('yes')
  expect(result.expectedPeak?.headroom).toBeGreaterThan(0.4)
})

it('knows no safe peak while a leg is missing or its fault did not bite', () => {
  const header = capacityHeader({without: ['gateway'], atLeastPerSecond: 100})
  const missing = resultOf(header, [...whole, capacityEnd()])
  expect(missing.safePeak).toBeUndefined()
  expect(missing.missing).toEqual(['without gateway: not measured'])
  expect(missing.outcome).toBe('inconclusive')
})

it.each([
  [['no'], 'did not take effect'],
  [['unknown'], 'nobody can tell whether it took effect'],
  [['yes', 'no'], 'did not take effect'],
  [['no', 'yes'], 'did not take effect'],
  [['yes', 'unknown', 'yes'], 'nobody can tell whether'],
  [[], 'nobody can tell whether'],
] as const)('takes nothing from a leg that was seen to bite as %j', (bits, why) => {
  const header = capacityHeader({without: ['gateway'], atLeastPerSecond: 100, expectedPeakPerSecond: 600})
  const result = resultOf(header, [...whole, ...trialsGone, ...bits.map(heldAs), capacityEnd()])
  expect(result.safePeak).toBeUndefined()
  expect(result.atLeast).toMatchObject({holds: 'open', of: 'without gateway'})
  expect(result.expectedPeak?.holds).toBe('open')
  expect(result.legs[0]).not.toHaveProperty('leftShare')
  expect(result.missing.join()).toContain(why)
  const terminal = terminalCapacity(result, {color: false, width: 100})
  expect(terminal).not.toMatch(/gateway +\d/)
})

it('tells no cost of a safe peak of nothing', () => {
  const header = capacityHeader({without: ['gateway'], pricePerHour: 0.1})
  const none = trialLines(trialsFor(0, held / 2), withoutLeg('gateway'))
  const result = resultOf(header, [...whole, ...none, heldAs('yes'), capacityEnd()])
  expect(result.safePeak?.ratePerSecond).toBe(0)
  expect(result).not.toHaveProperty('cost')
})

it('tells what there is of a search that was cut off, and what is missing', () => {
  const cut = resultOf(capacityHeader(), whole.slice(0, 6))
  expect(cut.outcome).toBe('interrupted')
  expect(cut.whole.lower).toBeGreaterThan(100)
  expect(cut.whole.confirmed).toBe(false)
  expect(cut.summary).toMatch(/at least .*; the search was cut off/)
  expect(cut.missing.join()).toContain('no end')
  expect(resultOf(capacityHeader(), []).whole.lower).toBeUndefined()
})

it('puts what is still broken before everything else', () => {
  const residual = [{fault: 'f1', message: 'cannot', remedy: 'do this'}]
  const result = resultOf(capacityHeader(), [...whole, capacityEnd({residual})])
  expect(result.outcome).toBe('residual')
  expect(terminalCapacity(result, {color: false, width: 80})).toContain('STILL BROKEN: f1: cannot; do this')
})

const beyond = (purpose: Trial['purpose'], rate: number, good: number, outcome: Trial['outcome']): Trial => {
  const [first] = trialsFor(640)
  if (!first?.seen) throw new Error('no trial')
  const seen = {...first.seen, offeredPerSecond: rate, goodPerSecond: good}
  return {...first, purpose, ratePerSecond: rate, outcome, seen}
}

it.each([
  [620, 'good', 'holds', true],
  [300, 'good', 'degrades', true],
  [20, 'bad', 'collapses', false],
] as const)(
  'reads what too much load does: %d a second of good answers left',
  (good, after, kind, recovers) => {
    const lines = trialLines(
      [beyond('overload', 2 * held, good, 'bad'), beyond('recover', 500, 500, after)],
      'overload',
    )
    const {overload} = resultOf(capacityHeader(), [...whole, ...lines, capacityEnd()])
    expect(overload).toMatchObject({kind, recovers})
  },
)

it('compares by whether the intervals overlap', () => {
  const of = (limit: number) => resultOf(capacityHeader(), [...trialLines(trialsFor(limit)), capacityEnd()])
  expect(compareCapacities(of(640), of(640)).finding).toBe('same')
  expect(compareCapacities(of(640), of(300))).toMatchObject({finding: 'worse'})
  const better = compareCapacities(of(300), of(640))
  expect(better.finding).toBe('better')
  const {low = 0, high = 0} = better.rows[0]?.ratio ?? {}
  expect(low).toBeLessThan(640 / 300)
  expect(high).toBeGreaterThan(640 / 300)
})

it('prints the same numbers everywhere, and lets no name drive the terminal or the page', () => {
  const header = capacityHeader({without: ['gateway'], pricePerHour: 0.12})
  const hostile = {...header, scenario: '\u001b[2Jevil <b>|x', objectives: ['<script>']}
  const result = resultOf(hostile, [...whole, ...gone, capacityEnd()])
  const terminal = terminalCapacity(result, {color: false, width: 60})
  const markdown = markdownCapacity(result)
  const told = `${Math.round(result.whole.upper ?? 0)}`.slice(0, 2)
  expect(terminal).toContain(told)
  expect(markdown).toContain(told)
  expect(terminal).not.toContain('\u001b')
  expect(markdown).not.toMatch(/<script>|<b>/)
  expect(terminal).toContain('without gateway')
  expect(terminal).toMatch(/cost .* for a million requests/)
  expect(
    Math.max(
      ...terminal
        .split('\n')
        .filter((line) => line.startsWith('  capacity'))
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(60)
})

it('compares no leg that was not seen to bite, and no bound that did not hold for long', () => {
  const header = capacityHeader({without: ['gateway']})
  const of = (bit: 'yes' | 'unknown' | 'no', limit: number) =>
    resultOf(header, [
      ...whole,
      ...trialLines(trialsFor(limit, held / 2), withoutLeg('gateway')),
      heldAs(bit),
      capacityEnd(),
    ])
  const findings = (a: ReturnType<typeof of>, b: ReturnType<typeof of>) =>
    compareCapacities(a, b).rows.map(({finding}) => finding)
  expect(findings(of('yes', 330), of('yes', 150))).toEqual(['same', 'worse'])
  expect(findings(of('unknown', 330), of('yes', 150))).toEqual(['same', 'unknown'])
  expect(findings(of('yes', 330), of('no', 150))).toEqual(['same', 'unknown'])
  const unconfirmed = resultOf(capacityHeader(), whole.slice(0, 6))
  const lower = resultOf(capacityHeader(), [...trialLines(trialsFor(40)), capacityEnd()])
  expect(unconfirmed.whole.lower).toBeGreaterThan(100)
  expect(compareCapacities(unconfirmed, lower).finding).toBe('unknown')
})

it('takes no load for an overload that the generator did not send', () => {
  const lines = trialLines([beyond('overload', 2 * held, 20, 'generator')], 'overload')
  expect(resultOf(capacityHeader(), [...whole, ...lines, capacityEnd()]).overload).toEqual({points: []})
})

it('names no bottleneck where no limit was met, nor where nothing was carried', () => {
  const of = (trials: Trial[]) => resultOf(capacityHeader(), [...trialLines(trials), capacityEnd()])
  const never = of(trialsFor(640).filter(({outcome, purpose}) => outcome === 'good' && purpose === 'rise'))
  expect(never.saturation).toMatchObject({hint: expect.stringContaining('no limit was met')})
  expect(of(trialsFor(0)).saturation).toMatchObject({hint: expect.stringContaining('no rate was carried')})
  expect(of(trialsFor(0)).saturation).not.toHaveProperty('likely')
  // One rate that was carried, and one that was not, are enough to tell.
  const two = of(trialsFor(15).filter(({ratePerSecond}) => ratePerSecond === 10 || ratePerSecond === 20))
  expect(two.saturation.likely).toEqual({kind: 'cpu', name: 'gateway'})
})

it('says less than, and why nothing beyond was tried, and draws no look as a rate that was tried', () => {
  const bad = trialsFor(0).filter(({purpose}) => purpose !== 'recover')
  const lines = [...trialLines(bad.slice(0, 3)), capacityEnd()]
  const result = resultOf(capacityHeader(), [{kind: 'missing', leg: 'overload', why: 'no limit'}, ...lines])
  expect(result.summary).toMatch(/^small: less than \d/)
  const terminal = terminalCapacity(result, {color: false, width: 80})
  expect(terminal).toContain('not tried: no limit')
  expect(markdownCapacity(result)).toContain('not tried: no limit')
})
