import {expect, it} from 'vitest'
import {kneeOf} from '../../src/capacity/knee.js'
import type {Purpose, Trial} from '../../src/capacity/trial.js'
import {trialFigures} from '../fakes/capacity-trials.js'

const at = (ratePerSecond: number, p99: number | undefined, purpose: Purpose = 'bisect'): Trial => ({
  purpose,
  ratePerSecond,
  ...{settleMs: 0, measureMs: 1_000, attempt: 1, outcome: 'good', loadMs: 1_000, tookMs: 1_000},
  seen: trialFigures(p99 === undefined ? {} : {latencyMs: {p50: 1, p99, max: p99}}),
})

const rising = [at(20, 80), at(40, 70), at(80, 160), at(80, 400), at(84, 1590), at(88, 1620)]

it('is where p99 begins to rise, by the slowest trial of each rate', () => {
  expect(kneeOf([...rising, at(70, 75)])).toBeCloseTo(70, 5)
})

it('is none of the rates beyond the slowest one, where requests are turned away quickly', () => {
  const shedding = [...rising, at(70, 75), at(113, 590), at(160, 430), at(160, 190)]
  expect(kneeOf(shedding)).toBeCloseTo(70, 5)
})

it('is not told from a few rates, from latencies that hardly differ, nor from looks at what is left', () => {
  expect(kneeOf(rising.slice(0, 3))).toBeUndefined()
  expect(kneeOf([10, 20, 30, 40, 50, 60].map((rate) => at(rate, 20 + rate / 10)))).toBeUndefined()
  expect(kneeOf([...rising.slice(0, 3), at(20, 5_000, 'recover'), at(10, 5_000, 'warm-up')])).toBeUndefined()
  expect(kneeOf([])).toBeUndefined()
})
