import {expect, it} from 'vitest'
import {describeScaling} from '../../src/capacity/scaling.js'
import {fitUsl, type Usl, uslRate} from '../../src/capacity/usl.js'
import {seededRandom} from '../../src/system/random.js'

const at = (usl: Usl, sizes: number[]) => sizes.map((n) => ({n, rate: uslRate(usl, n)}))

it('finds the law that made the points', () => {
  const usl = {lambda: 1000, alpha: 0.03, beta: 0.0005}
  const fit = fitUsl(at(usl, [1, 2, 4, 8, 16, 32, 64]))
  expect(fit?.lambda).toBeCloseTo(1000, 3)
  expect(fit?.alpha).toBeCloseTo(0.03, 6)
  expect(fit?.beta).toBeCloseTo(0.0005, 8)
})

it('agrees with the fit that is published for the SPEC SDM91 benchmark', () => {
  // N. J. Gunther, Guerrilla Capacity Planning (2007), and the documentation of the R package usl: load and throughput
  // of SPEC SDM91; gamma 90.0, sigma 0.0277, kappa 0.000104, peak at 96.5.
  const measured = [
    [1, 64.9],
    [18, 995.9],
    [36, 1652.4],
    [72, 1853.2],
    [108, 1828.9],
    [144, 1775],
    [216, 1702.2],
  ] as const
  const fit = fitUsl(measured.map(([n, rate]) => ({n, rate})))
  expect(fit?.alpha).toBeCloseTo(0.0277, 3)
  expect(fit?.beta).toBeCloseTo(0.000104, 6)
  expect(fit?.lambda).toBeCloseTo(90, 0)
  expect(Math.sqrt((1 - (fit?.alpha ?? 0)) / (fit?.beta ?? 1))).toBeCloseTo(96.5, 0)
})

it('never lets a law gain from more replicas than it has', () => {
  // Better than linear, by chance or by caches: alpha would be negative.
  const fit = fitUsl([
    {n: 1, rate: 100},
    {n: 2, rate: 215},
    {n: 4, rate: 430},
  ])
  expect(fit).toMatchObject({alpha: 0, beta: 0})
  expect(fit?.lambda).toBeGreaterThan(100)
})

it('has no law for one size', () => {
  expect(
    fitUsl([
      {n: 2, rate: 100},
      {n: 2, rate: 101},
    ]),
  ).toBeUndefined()
})

it('says nothing beyond one and a half times the largest size', () => {
  const fit = describeScaling(at({lambda: 100, alpha: 0.05, beta: 0.0001}, [1, 2, 4]), {
    spread: 0.03,
    random: seededRandom(1),
  })
  expect(Math.max(...(fit?.curve ?? []).map(({n}) => n))).toBe(6)
  expect(fit?.peak).toBeUndefined()
  expect(fit?.remarks.join()).toContain('too far to foretell')
  expect(fit?.remarks.join()).toContain('3 sizes')
})

it('has a band that holds the truth nine times of ten', () => {
  const truth = {lambda: 1000, alpha: 0.03, beta: 0.0005}
  const random = seededRandom(7)
  const held = Array.from({length: 10}, () => {
    const noisy = at(truth, [1, 2, 4, 8, 16, 32, 64]).map(({n, rate}) => ({
      n,
      rate: rate * (1 + 0.03 * (random.next() * 2 - 1)),
    }))
    const fit = describeScaling(noisy, {spread: 0.03, random})
    const middle = fit?.curve.find(({n}) => n > 30)
    if (!middle) return false
    const is = uslRate(truth, middle.n)
    return middle.low <= is && is <= middle.high
  }).filter(Boolean).length
  expect(held).toBeGreaterThanOrEqual(7)
})
