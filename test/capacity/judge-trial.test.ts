import {expect, it} from 'vitest'
import {criteriaOf} from '../../src/capacity/criteria.js'
import {findingOf} from '../../src/capacity/finding.js'
import {judgeTrial} from '../../src/capacity/judge-trial.js'
import {startSearch} from '../../src/capacity/search.js'
import {loadScenario, trialSeen} from '../fakes/capacity-trials.js'
import {requestSecond} from '../fakes/record-load.js'
import {searchOptions} from '../fakes/searched-system.js'

const judged = (...given: Parameters<typeof trialSeen>) =>
  judgeTrial(trialSeen(...given), criteriaOf(given[1]?.scenario ?? loadScenario(), 'baseline'))

it('holds when every objective held and everything was delivered', () => {
  const {outcome, seen} = judged(requestSecond(100))
  expect(outcome).toBe('good')
  expect(seen).toMatchObject({offeredPerSecond: 100, goodPerSecond: 100, lostShare: 0, errorShare: 0})
  expect(seen.latencyMs?.p99).toBeGreaterThan(20)
})

it('names the objective that was missed', () => {
  const {outcome, bound, seen} = judged(requestSecond(95, {slow: 5}))
  expect([outcome, bound]).toEqual(['bad', 'quick'])
  expect(seen.goodPerSecond).toBeCloseTo(95, 5)
})

it('judges the window and not the time that it settles in', () => {
  const seen = trialSeen(requestSecond(100))
  const slow = {
    ...seen,
    load: seen.load.map((second, at) =>
      at < 2 ? {...second, requests: {browse: requestSecond(0, {slow: 100})}} : second,
    ),
  }
  expect(judgeTrial(slow, criteriaOf(loadScenario(), 'baseline')).outcome).toBe('good')
})

it('counts what was not sent and what got no answer as lost', () => {
  const skipped = {...requestSecond(90), due: 100, skipped: 10}
  const errorsOnly = loadScenario({
    objectives:
      'objectives: [{name: no errors, bad: \'shakedown_load_requests_total{code=~"5.."}\', total: shakedown_load_requests_total, target: 99%, on-no-data: zero, during: [baseline]}]',
  })
  expect(judged(skipped, {scenario: errorsOnly})).toMatchObject({outcome: 'bad', bound: 'delivered'})
  expect(judged(requestSecond(95, {timedOut: 5}), {scenario: errorsOnly})).toMatchObject({
    outcome: 'bad',
    bound: 'delivered',
  })
})

it('does not call a load carried that is turned away quickly', () => {
  const shedding = (status: string) => ({...requestSecond(60), due: 100, answered: {'200': 60, [status]: 40}})
  for (const status of ['503', '429'])
    expect(judged(shedding(status))).toMatchObject({
      outcome: 'bad',
      bound: 'not refused',
      seen: {goodPerSecond: 60},
    })
  expect(judged(shedding('404')).outcome).toBe('good')
  // A breaker that opens under a fault fails fast, as it should.
  const underFault = criteriaOf(loadScenario(), 'fault')
  expect(judgeTrial(trialSeen(shedding('503')), underFault).outcome).toBe('good')
})

it('does not call a load carried whose queue grows all the time', () => {
  const {outcome, bound} = judged(requestSecond(100), {health: (second) => ({inFlight: 20 * second})})
  expect([outcome, bound]).toEqual(['bad', 'kept up'])
})

const late = {latenessMs: {p50: 60, p99: 200, max: 300}}

it('blames the generator for what it was late with, and only for that', () => {
  expect(judged(requestSecond(95, {slow: 5}), {health: late}).outcome).toBe('generator')
  // Held although it was late: late sends only make answers look later.
  expect(judged(requestSecond(100), {health: late}).outcome).toBe('good')
  // Two seconds are not explained by 0.2 s.
  expect(judged(requestSecond(0, {slow: 100}), {health: late}).outcome).toBe('bad')
})

it('does not decide without data', () => {
  const scenario = loadScenario({
    objectives:
      'objectives: [{name: seen, good: "shop_total{ok=\\"1\\"}", total: shop_total, target: 99%, during: [baseline]}]',
  })
  const {outcome, bound} = judged(requestSecond(100), {scenario})
  expect([outcome, bound]).toEqual(['unknown', 'seen'])
})

it('takes a guard for an answer that needs no second trial', () => {
  const tripped = {guard: 'errors', message: 'guard "errors" tripped'}
  expect(judged(requestSecond(100), {tripped})).toMatchObject({outcome: 'bad', bound: 'errors', final: true})
})

it('leaves out what a trial cannot show, and says why', () => {
  const scenario = loadScenario({
    objectives: `objectives:
  - {name: quick, latency: shakedown_load_request_duration_seconds, below: 100ms, target: 99%, during: [baseline, fault]}
  - {name: open, query: max(x), expect: ">= 1", during: [fault]}`,
  })
  const {objectives, leftOut, lossAllowed} = criteriaOf(scenario, 'baseline')
  expect(objectives.map(({name}) => name)).toEqual(['quick'])
  expect(leftOut.map(({name}) => name)).toEqual(['open'])
  expect(lossAllowed).toBeCloseTo(0.01, 9)
  expect(criteriaOf(scenario, 'fault').objectives.map(({name}) => name)).toEqual(['quick', 'open'])
})

it.each([
  [100, undefined, 'good'],
  [110, undefined, 'good'],
  [200, undefined, 'generator'],
  [10_000, undefined, 'generator'],
  // Two requests of each flow: what was asked for are flows.
  [50, 50, 'good'],
  [100, 50, 'generator'],
] as const)(
  'of %d asked for a second, %s of which arrive as flows: %s',
  (askedPerSecond, arrivals, outcome) => {
    const given = {askedPerSecond, ...(arrivals !== undefined && {arrivals})}
    const verdict = judged(requestSecond(100), given)
    expect(verdict.outcome).toBe(outcome)
    if (outcome === 'generator') expect(verdict.bound).toBe('load as planned')
  },
)

it('never calls a load carried of which nothing was offered', () => {
  expect(judged(requestSecond(0), {askedPerSecond: 100}).outcome).toBe('generator')
  expect(judged(requestSecond(0), {askedPerSecond: 0.5}).outcome).toBe('unknown')
})

it('divides by the length of the window, whose last second may be half a one', () => {
  const seen = trialSeen(requestSecond(100), {seconds: 3.5})
  const load = seen.load.map((second, at) =>
    at < 5 ? second : {...second, requests: {browse: requestSecond(50)}},
  )
  const verdict = judgeTrial({...seen, load}, criteriaOf(loadScenario(), 'baseline'))
  expect(verdict).toMatchObject({outcome: 'good', seen: {offeredPerSecond: 100}})
})

it('counts the ready pods of a cluster among the instances, so that an autoscaler is seen', () => {
  const states = [2, 2, 3].map((count, at) => {
    const seen = {...trialSeen(requestSecond(100)), pods: {web: count}}
    const ask = {purpose: 'rise' as const, ratePerSecond: 100 + at, settleMs: 0, measureMs: 1_000, attempt: 1}
    return {...ask, loadMs: 1_000, tookMs: 1_000, ...judgeTrial(seen, criteriaOf(loadScenario(), 'baseline'))}
  })
  const {changed} = findingOf({...startSearch(searchOptions), trials: states})
  expect(changed).toEqual([
    'workload web had 2, then 3 instances: is it scaled automatically, or does it fall over?',
  ])
})

it('says what was missed by its counts, and nothing of intervals, which it is not judged by', () => {
  const {message} = judged(requestSecond(95, {slow: 5}), {seconds: 3.5})
  expect(message).toMatch(/^9\d(\.\d+)?% below 100ms \(\d+ of \d+\), asked for 99%$/)
  const few = judged(requestSecond(1, {slow: 1}), {seconds: 4})
  expect(few).toMatchObject({outcome: 'bad'})
  expect(few.message).toMatch(/^50% below 100ms \(4 of 8\), asked for 99%$/)
})
