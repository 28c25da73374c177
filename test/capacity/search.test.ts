import {expect, it} from 'vitest'
import {findingOf} from '../../src/capacity/finding.js'
import {nextTrial, observe, startSearch} from '../../src/capacity/search.js'
import {quick} from '../../src/capacity/search-options.js'
import type {SearchState} from '../../src/capacity/search-state.js'
import type {Ask, Trial, TrialOutcome} from '../../src/capacity/trial.js'
import {trialFigures} from '../fakes/capacity-trials.js'
import {searchOptions as options, search} from '../fakes/searched-system.js'

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
  expect(finding).toMatchObject({ended: 'generator-limited', confirmed: true, heldPerSecond: 160})
  expect(finding.upper).toBeUndefined()
  // And what is not confirmed is less.
  const short = findingOf(
    search(({ratePerSecond, purpose}) =>
      ratePerSecond > 200 ? 'generator' : purpose === 'confirm' && ratePerSecond > 155 ? 'bad' : 'good',
    ),
  )
  expect(short).toMatchObject({ended: 'generator-limited', confirmed: true, upper: 160})
  expect(short.heldPerSecond).toBeLessThan(155)
  expect(findingOf(search(() => 'generator'))).toMatchObject({ended: 'generator-limited', confirmed: false})
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

it('tries once more what is to be the upper bound, although the time is over, but not for ever', () => {
  const holding = (times: number): Parameters<typeof search>[0] => {
    let rechecks = 0
    return (ask) => (ask.purpose !== 'recheck' ? limit(640)(ask) : rechecks++ < times ? 'good' : 'bad')
  }
  const {trials} = search(holding(0), {budgetMs: 900_000})
  const untilThen = trials.reduce((sum, {loadMs}) => sum + loadMs, 0)
  const budget = {budgetMs: untilThen + 1_000}
  const once = search(holding(1), budget)
  expect(once.trials.at(-1)).toMatchObject({purpose: 'recheck', outcome: 'bad'})
  expect(findingOf(once)).toMatchObject({ended: 'found', upper: once.trials.at(-1)?.ratePerSecond})
  // What has not been tried is no bound.
  const never = findingOf(search(holding(99), budget))
  const failed = never.trials.filter(({outcome}) => outcome === 'bad')
  expect(failed.map(({ratePerSecond}) => ratePerSecond)).toContain(never.upper)
})

it('finds the bound when only the long trial fails at the highest rate', () => {
  const state = search((ask) => (ask.ratePerSecond >= 500 && ask.measureMs > 5_000 ? 'bad' : 'good'), {
    mostPerSecond: 500,
  })
  expect(findingOf(state)).toMatchObject({ended: 'found', upper: 500})
})

const looks = (state: SearchState, outcomes: readonly TrialOutcome[], ratePerSecond: number): SearchState =>
  outcomes.reduce((before, outcome, at) => {
    const ask = {
      purpose: 'recover',
      ratePerSecond,
      settleMs: 2_000,
      measureMs: 3_500,
      attempt: at + 1,
    } as const
    return observe(before, {...ask, outcome, loadMs: 5_500, tookMs: 5_500, bound: 'quick', message: 'gone'})
  }, state)

const half = (): SearchState => search(limit(640)).trials.slice(0, 9).reduce(observe, startSearch(options))

it('is given up when a little load that was carried is not any more, again and again', () => {
  const before = half()
  const state = looks(before, ['bad', 'bad', 'bad'], 10)
  expect(nextTrial(state)).toBeUndefined()
  const {stuck, ended, lower, upper, instability, table} = findingOf(state)
  expect({stuck, ended}).toEqual({
    ended: 'stuck',
    stuck: {afterPerSecond: before.trials.at(-1)?.ratePerSecond, ratePerSecond: 10},
  })
  // The looks are none of its trials: they bound nothing.
  const {lower: was, upper: wasUpper, table: tableWas} = findingOf(before)
  expect({lower, upper, instability, table}).toEqual({
    lower: was,
    upper: wasUpper,
    instability: [],
    table: tableWas,
  })
})

it('goes on where it was when the system comes back, however slowly', () => {
  const before = half()
  for (const outcomes of [['good'], ['bad', 'bad', 'good'], ['unknown']] as const)
    expect(nextTrial(looks(before, outcomes, 10))).toEqual(nextTrial(before))
})

it('carries nothing when the lowest rate is not carried, once all that waits has had its time', () => {
  const before = [0, 1].reduce((state, attempt) => {
    const ask = nextTrial(state) as Ask
    return observe(state, {...ask, attempt, outcome: 'bad', loadMs: 5_500, tookMs: 5_500})
  }, startSearch(options))
  const finding = findingOf(looks(before, ['bad', 'bad', 'bad'], 1))
  expect(finding).toMatchObject({ended: 'fails-at-lowest', upper: 1, bound: {name: 'quick', message: 'gone'}})
  expect(finding.stuck).toBeUndefined()
})

const share = (good: number): Partial<Trial> => ({
  outcome: 'bad',
  seen: trialFigures({offeredPerSecond: 100, goodPerSecond: 100 * good}),
})

it('takes a rate that failed as a whole and was far surpassed later for a system that has changed', () => {
  const grown = (good: number) => findingOf(search((ask, nth) => (nth === 4 ? share(good) : limit(640)(ask))))
  expect(grown(0.1).changed.join()).toMatch(/90% .* at 80\/s, and \S+ was carried later: it became faster/)
  // It is told once, and not as a stall.
  expect(grown(0.1).instability).toEqual([])
  // A stall spoils a part of a trial.
  expect(grown(0.5)).toMatchObject({changed: [], instability: [{ratePerSecond: 80}]})
  // And near the limit a short trial fails by chance.
  const near = findingOf(search((ask, nth) => (nth === 7 ? share(0.1) : limit(700)(ask))))
  expect(near.changed).toEqual([])
})
