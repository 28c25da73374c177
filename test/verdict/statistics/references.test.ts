import {describe, expect, it} from 'vitest'
import {logShowsFewer, logShowsMore} from '../../../src/verdict/early/e-value.js'
import {logGamma, regularisedBeta} from '../../../src/verdict/statistics/beta.js'
import {type Block, dispersionOf} from '../../../src/verdict/statistics/dispersion.js'
import {chanceOfMiss} from '../../../src/verdict/statistics/interval.js'
import {inflationFor, noiseOf, wavesIn} from '../../../src/verdict/statistics/noise.js'
import {chanceOfRatio, ratioOfRates} from '../../../src/verdict/statistics/ratio.js'
import {shareInterval, worthOf} from '../../../src/verdict/statistics/share-interval.js'

const near = (value: number, expected: number, digits: number): void =>
  expect(Math.abs(value - expected)).toBeLessThan(10 ** -digits * Math.max(1e-3, Math.abs(expected)))

describe('beside mpmath, 40 digits', () => {
  it.each([
    [0.1, 2.252712651734206],
    [9.99, 12.779315214350193],
    [123.456, 469.6055471299295],
  ])('ln Γ(%f) is %f', (x, expected) => near(logGamma(x), expected, 13))

  it.each([
    [0.1, 2, 3, 0.0523],
    [0.999, 1000, 2, 0.735390849541928],
    [0.01, 10.5, 990, 0.478420199616112],
    [0.95, 9500, 501, 0.511895032956574],
    [0.2, 0.01, 5, 0.997818038077035],
  ])('I_%f(%f, %f) is %f', (x, a, b, expected) => near(regularisedBeta(x, a, b), expected, 10))

  it.each([
    [3, 900, 0.01, 1.8239093923647, -3.5135187935751],
    [25, 900, 0.01, -3.53469225283525, 7.457371546734802],
    [12.5, 480.25, 0.05, 2.1106904851258, -3.729721502399],
    [40, 300, 0.1, -3.302097248094954, -0.172697501043378],
    [2, 5000, 0.0005, -0.73688136642804, -2.6085284525592],
  ])(
    'the mixtures of e-values with %f bad of %f, limit %f, are its integrals',
    (bad, total, limit, fewer, more) => {
      near(logShowsFewer({bad, total}, limit), fewer, 9)
      near(logShowsMore({bad, total}, limit), more, 9)
    },
  )
})

describe('beside scipy', () => {
  // binom.sf(bad - 1, total, 1 - target)
  it.each([
    [3, 10, 0.9, 0.0701908264],
    [37, 1200, 0.98, 0.007627023688616429],
    [1, 500, 0.999, 0.39362105513881496],
    [612, 10_000, 0.94, 0.31243657227608446],
  ])('the chance of %d bad or more of %d at %f is %f', (bad, total, target, expected) =>
    near(chanceOfMiss(total - bad, total, target), expected, 10),
  )

  // binomtest(b, a + b).proportion_ci(confidence, 'exact'), as odds times the totals
  it.each([
    [20, 1000, 10, 1000, 0.95, 0.8935088903846911, 4.784552440338102],
    [36, 3600, 9, 1800, 0.99, 0.7760118701788313, 6.2806019276977505],
    [0, 500, 7, 400, 0.95, 0, 0.555051184077266],
    [5, 20_000, 3, 1000, 0.9, 0.02034731475984016, 0.39999353833349044],
  ])('the ratio of %d of %d to %d of %d at %f', (bad, total, badBefore, before, confidence, low, high) => {
    const ratio = ratioOfRates({bad, total}, {bad: badBefore, total: before}, confidence)
    near(ratio?.low ?? Number.NaN, low, 9)
    near(ratio?.high ?? Number.NaN, high, 9)
  })

  // binom.sf(b - 1, a + b, r tb / (r tb + ta))
  it.each([
    [20, 1000, 10, 1000, 1, 0.049368573352694525],
    [20, 1000, 10, 1000, 1.5, 0.2914718612234968],
    [36, 3600, 9, 1800, 1.1, 0.06716967594328921],
  ])(
    'the chance of %d of %d after %d of %d, %f times as likely',
    (bad, total, badBefore, before, limit, chance) =>
      near(chanceOfRatio({bad, total}, {bad: badBefore, total: before}, limit), chance, 10),
  )
})

/** Counts with no meaning, made the same way elsewhere. */
const counts = (length: number, make: (at: number) => number): number[] =>
  Array.from({length}, (_, at) => make(at))

/*
 * The whole of it written once more with scipy: the waves by fft.dct, the variance of a sum from the covariance matrix of
 * the autoregression, the reach by optimize.brentq over norm.sf.
 */
describe('the noise in a phase, beside another implementation', () => {
  const residuals = counts(40, (at) => ((7 * at * at + 3 * at) % 11) - 5)
  const waves = wavesIn(residuals, 8)

  it('has the same waves', () => {
    const expected = [0.00624134241548708, 0.006889909073162779, 0.00626236351076879, 0.009974838833048534]
    for (const [at, wave] of expected.entries()) near(waves[at] ?? Number.NaN, wave, 9)
  })

  it('is weighed the same, and widens as much', () => {
    const noises = noiseOf(waves, 50)
    near(noises[0]?.weight ?? Number.NaN, 0.4646038905899741, 9)
    near(inflationFor(noises, 0.95), 1.320384475005136, 7)
    near(inflationFor(noises, 0.99), 1.4357719710467058, 7)
  })

  it.each([
    [0.95, 46.32581318262979, 0.8124065326497327, 0.993805938284159],
    [0.99, 25.882676329281832, 0.6595974485830856, 0.9995081210516328],
  ])('leaves as many events and the same interval at %f', (confidence, effective, low, high) => {
    const blocks = counts(30, (at) => ((5 * at * at + at) % 7) + (at >= 14 && at < 18 ? 12 : 0)).map(
      (bad): Block => ({bad, total: 100}),
    )
    const dispersion = dispersionOf(blocks, confidence)
    near(dispersion.designEffect, 58.021750011501545, 8)
    near(dispersion.effective, effective, 7)
    const seen = {bad: 138, total: 3000}
    const interval = shareInterval(seen, worthOf(seen, dispersion, confidence), confidence)
    near(interval.low, low, 7)
    near(interval.high, high, 7)
  })
})
