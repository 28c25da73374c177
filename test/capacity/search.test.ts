import {expect, it} from 'vitest'
import {findingOf} from '../../src/capacity/finding.js'
import {nextTrial, observe, startSearch} from '../../src/capacity/search.js'
import {quick} from '../../src/capacity/search-options.js'
import type {Ask, Trial, TrialOutcome} from '../../src/capacity/trial.js'
import {type Answer, searchOptions as options, search} from '../fakes/searched-system.js'

const limit =
  (perSecond: number) =>
  ({ratePerSecond}: Ask): TrialOutcome =>
    ratePerSecond <= perSecond ? 'good' : 'bad'

it.each([7, 10, 99, 640, 643, 5000])('brackets a limit of %d a second', (perSecond) => {
  const {lower = 0, upper = 0, confirmed, ended, precision = 1} = findingOf(search(limit(perSecond)))
  expect(ended).toBe('found')
  expect(confirmed).toBe(true)
  expect(lower).toBeLessThanOrEqual(perSecond)
  expect(upper).toBeGreaterThan(perSecond)
  expect(precision).toBeLessThan(0.11)
})

it('begins with a warm-up that decides nothing, and then low', () => {
  const {trials} = search((ask) => (ask.purpose === 'warm-up' ? 'bad' : limit(50)(ask)))
  expect(trials.slice(0, 3).map(({purpose, ratePerSecond}) => [purpose, ratePerSecond])).toEqual([
    ['warm-up', 10],
    ['rise', 10],
    ['rise', 20],
  ])
})

it('does not believe a failure that does not come again, and reports it', () => {
  const finding = findingOf(
    search((ask, nth) => (nth === 3 ? {outcome: 'bad', bound: 'quick'} : limit(640)(ask))),
  )
  expect(finding.lower).toBeGreaterThan(580)
  expect(finding.instability).toEqual([{ratePerSecond: 40, bound: 'quick'}])
})

it('steps down when the lower bound does not hold for long', () => {
  // Short trials flatter it: 700 holds for 10 s, 640 for longer.
  const state = search((ask) => limit(ask.purpose === 'confirm' ? 640 : 700)(ask))
  const {lower = 0, upper = 0, confirmed} = findingOf(state)
  expect(confirmed).toBe(true)
  expect(lower).toBeLessThan(640)
  expect(upper).toBeGreaterThan(640)
  expect(state.stepsDown).toBeGreaterThan(0)
})

it('says that not even the lowest rate is carried', () => {
  const finding = findingOf(search(() => ({outcome: 'bad', bound: 'quick', message: 'too slow'})))
  expect(finding.ended).toBe('fails-at-lowest')
  expect(finding.lower).toBeUndefined()
  expect(finding.bound).toMatchObject({name: 'quick', message: 'too slow'})
})

it('says "at least" when nothing fails up to the highest rate', () => {
  const finding = findingOf(search(() => 'good', {mostPerSecond: 500}))
  expect(finding).toMatchObject({ended: 'never-fails', confirmed: true, heldPerSecond: 500})
  expect(finding.upper).toBeUndefined()
})

it('ends when the generator is the bottleneck, with what was carried until then', () => {
  const finding = findingOf(search(({ratePerSecond}) => (ratePerSecond > 200 ? 'generator' : 'good')))
  expect(finding).toMatchObject({ended: 'generator-limited', confirmed: false, heldPerSecond: 160})
  expect(finding.upper).toBeUndefined()
})

it('tries again what could not be judged, but not for ever', () => {
  expect(findingOf(search((ask, nth) => (nth === 4 ? 'unknown' : limit(640)(ask)))).ended).toBe('found')
  expect(findingOf(search(() => 'unknown')).ended).toBe('not-judged')
})

it('finds a system that gets faster with load, and says so', () => {
  const finding = findingOf(
    search(({ratePerSecond}) => (ratePerSecond < 15 ? 'bad' : limit(640)({ratePerSecond} as Ask))),
  )
  expect(finding.inversion).toEqual({failedPerSecond: 10, heldPerSecond: 20})
  expect(finding.upper).toBeGreaterThan(640)
  expect(finding.lower).toBeGreaterThan(580)
})

it('notices a system that becomes faster while it is measured', () => {
  const finding = findingOf(search((ask, nth) => limit(nth < 17 ? 640 : 2000)(ask), {budgetMs: 900_000}))
  expect(finding.changed.join()).toContain('became faster')
  expect(finding.upper).toBeGreaterThan(2000)
})

it('notices a system that becomes slower while it is measured', () => {
  const finding = findingOf(search((ask, nth) => limit(nth < 14 ? 640 : 300)(ask)))
  expect(finding.changed.join()).toContain('became slower')
  expect(finding.lower ?? 0).toBeLessThan(640)
})

it('does not try again what a guard has ended', () => {
  const state = search((ask) =>
    ask.ratePerSecond > 100 ? {outcome: 'bad', bound: 'errors', final: true} : 'good',
  )
  const failed = state.trials.filter(({outcome, purpose}) => outcome === 'bad' && purpose === 'rise')
  expect(failed).toHaveLength(1)
})

it('keeps to its time but for the confirmation', () => {
  const state = search(limit(640), {budgetMs: 60_000})
  expect(findingOf(state).confirmed).toBe(true)
  expect(state.loadMs).toBeLessThanOrEqual(60_000 + quick.confirmMs + quick.settleMs)
})

it('goes on from its trials alone where it was left', () => {
  const whole = search(limit(640))
  const half = whole.trials.slice(0, 9).reduce(observe, startSearch(options))
  const {purpose, ratePerSecond, attempt} = whole.trials[9] as Trial
  expect(nextTrial(half)).toMatchObject({purpose, ratePerSecond, attempt})
})

it('has no upper bound when the time is over before the next one was tried', () => {
  const better = (ask: Ask): Answer => (ask.purpose === 'recheck' ? 'good' : limit(640)(ask))
  const {trials} = search(better, {budgetMs: 900_000})
  const first = trials.findIndex(({purpose}) => purpose === 'recheck')
  const untilThen = trials.slice(0, first + 1).reduce((sum, {loadMs}) => sum + loadMs, 0)
  const state = search(better, {budgetMs: untilThen + 1_000})
  expect(state.trials.at(-1)).toMatchObject({purpose: 'recheck', outcome: 'good'})
  expect(findingOf(state)).toMatchObject({ended: 'budget', confirmed: true})
  expect(findingOf(state).upper).toBeUndefined()
})

it('finds the bound when only the long trial fails at the highest rate', () => {
  const state = search((ask) => (ask.ratePerSecond >= 500 && ask.measureMs > 5_000 ? 'bad' : 'good'), {
    mostPerSecond: 500,
  })
  expect(findingOf(state)).toMatchObject({ended: 'found', upper: 500})
})
