import {expect, it} from 'vitest'
import {type QueueServer, trialLoss, trueCapacity} from '../../bench/capacity/queue.mjs'
import {findingOf} from '../../src/capacity/finding.js'
import {nextTrial, observe, startSearch} from '../../src/capacity/search.js'
import {quick} from '../../src/capacity/search-options.js'
import {seededRandom} from '../../src/system/random.js'

const eight: QueueServer = {slots: 8, serviceMs: 10, boundMs: 100, lossAllowed: 0.01}
const four: QueueServer = {slots: 4, serviceMs: 10, boundMs: 200, lossAllowed: 0.01}

/** One search of a simulated queue; bench/capacity.mjs makes many more. */
const searchOnce = (server: QueueServer, seed: number, stalls: boolean) => {
  const truth = trueCapacity(server)
  const random = seededRandom(seed)
  let state = startSearch({
    ...quick,
    startPerSecond: (truth / 16) * (0.7 + 0.6 * random.next()),
    leastPerSecond: 1,
    mostPerSecond: truth * 50,
  })
  for (let ask = nextTrial(state); ask !== undefined; ask = nextTrial(state)) {
    const {total, bad} = trialLoss({...ask, stall: stalls && random.next() < 0.1}, server, random)
    const outcome = bad > Math.max(1, server.lossAllowed * total) ? 'bad' : 'good'
    const loadMs = ask.settleMs + ask.measureMs
    state = observe(state, {...ask, outcome, loadMs, tookMs: loadMs})
  }
  return findingOf(state)
}

it.each([[false], [true]])('finds the capacity of a queue in its interval (stalls: %s)', (stalls) => {
  const truth = trueCapacity(eight)
  const found = Array.from({length: 12}, (_, at) => searchOnce(eight, 100 + at, stalls))
  const held = found.filter(({lower = 0, upper = 0}) => lower <= truth && truth <= upper).length
  const errors = found.map(({lower = 0, upper = 0}) => Math.abs((lower + upper) / 2 / truth - 1))
  const seconds = found.map(({loadSeconds}) => loadSeconds).sort((one, other) => one - other)
  expect(held).toBeGreaterThanOrEqual(11)
  expect(errors.filter((error) => error > 0.1).length).toBeLessThanOrEqual(1)
  expect(seconds[6]).toBeLessThanOrEqual(180)
})

it('has both bounds when the time is over just as the upper one has held', () => {
  const found = Array.from({length: 20}, (_, at) => searchOnce(four, 1020 + at, false))
  const truth = trueCapacity(four)
  const wrong = found.filter(({lower = 0, upper = 0}) => Math.abs((lower + upper) / 2 / truth - 1) > 0.1)
  expect(wrong).toEqual([])
})

it('knows the capacity of one slot in closed form', () => {
  // One slot: P(longer than T) = exp(-(mu - lambda) T).
  const single = trueCapacity({slots: 1, serviceMs: 0.5, boundMs: 100, lossAllowed: 0.01})
  expect(single).toBeCloseTo(2000 - Math.log(100) / 0.1, 3)
})
