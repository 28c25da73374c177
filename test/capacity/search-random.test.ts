import {expect, it} from 'vitest'
import type {Ask} from '../../src/capacity/trial.js'
import {seededRandom} from '../../src/system/random.js'
import {type Answer, search} from '../fakes/searched-system.js'

/** Systems at random: limits, stalls, trips of guards, changes while they are measured, generators that cannot. */
const randomSystem = (seed: number) => {
  const random = seededRandom(seed)
  const most = 10 * (1 + 400 * random.next() ** 2)
  const tripsFrom = random.next() < 0.6 ? 5 + most * random.next() : Number.POSITIVE_INFINITY
  const [before, after] = [random.next() * most, random.next() * most * 1.5]
  const changesAt = 5 + 25 * random.next()
  const answer = ({ratePerSecond}: Ask, nth: number): Answer => {
    if (ratePerSecond >= tripsFrom && random.next() < 0.7) return {outcome: 'bad', bound: 'g', final: true}
    if (random.next() < 0.03) return {outcome: 'bad', bound: 'g', final: true}
    if (random.next() < 0.05) return 'generator'
    const holds = ratePerSecond <= (nth < changesAt ? before : after)
    return holds === random.next() > 0.08 ? 'good' : 'bad'
  }
  return {most, answer, budgetMs: random.next() < 0.5 ? 120_000 : 600_000}
}

const systems = Array.from({length: 600}, (_, seed) => {
  const {most, answer, budgetMs} = randomSystem(seed)
  return {most, state: search(answer, {mostPerSecond: most, budgetMs})}
})

it('tries nothing again where a guard has tripped, nor beyond, whatever the trial was for', () => {
  const purposes = new Set<string>()
  for (const {state} of systems) {
    let tripped = Number.POSITIVE_INFINITY
    for (const {ratePerSecond, final, purpose} of state.trials) {
      expect(ratePerSecond, purpose).toBeLessThan(tripped)
      if (!final) continue
      tripped = ratePerSecond
      purposes.add(purpose)
    }
  }
  const all = ['bisect', 'confirm', 'descend', 'probe', 'recheck', 'rise', 'warm-up']
  expect([...purposes].sort()).toEqual(all)
})

it('takes for an upper bound only what was tried and failed', () => {
  const bounds = systems.flatMap(({state: {upper, trials}}) => (upper === undefined ? [] : [{upper, trials}]))
  expect(bounds.length).toBeGreaterThan(100)
  for (const {upper, trials} of bounds) {
    const failed = trials.filter(({outcome}) => outcome === 'bad').map(({ratePerSecond}) => ratePerSecond)
    expect(failed).toContain(upper)
  }
})

it('tries nothing above the highest rate that may be tried', () => {
  for (const {most, state} of systems)
    for (const {ratePerSecond} of state.trials) expect(ratePerSecond).toBeLessThanOrEqual(most)
})
