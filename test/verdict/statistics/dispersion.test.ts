import {describe, expect, it} from 'vitest'
import {seededRandom} from '../../../src/system/random.js'
import {type Block, dispersionOf} from '../../../src/verdict/statistics/dispersion.js'
import {clopperPearson} from '../../../src/verdict/statistics/interval.js'

const blocksOf = (bad: number[], total = 100): Block[] => bad.map((count) => ({bad: count, total}))
const repeat = <T>(times: number, make: (index: number) => T): T[] =>
  Array.from({length: times}, (_, at) => make(at))

describe('dispersion', () => {
  it('is that of independent events where the blocks are too few to tell', () => {
    const few = blocksOf([0, 20, 0, 0])
    expect(dispersionOf(few, 0.95)).toMatchObject({designEffect: 1, effective: 400})
  })

  it('makes a burst of twenty errors worth about one', () => {
    const burst = blocksOf(repeat(30, (at) => (at === 14 ? 20 : 0)))
    const {designEffect, effective} = dispersionOf(burst, 0.95)
    expect(designEffect).toBeGreaterThan(18)
    expect((20 * effective) / 3000).toBeLessThan(1.1)
  })

  it('does not hold the burst against the system where a fault began', () => {
    const onset = blocksOf(repeat(30, (at) => (at < 5 ? 4 : 0))).map((block, at) => ({
      ...block,
      transient: at < 5,
    }))
    expect(dispersionOf(onset, 0.95)).toMatchObject({designEffect: 1, effective: 3000})
  })

  it('still sees bursts outside that stretch', () => {
    const bursts = blocksOf(repeat(30, (at) => (at < 5 ? 4 : at % 10 === 9 ? 15 : 0)))
    const marked = bursts.map((block, at) => ({...block, transient: at < 5}))
    expect(dispersionOf(marked, 0.95).designEffect).toBeGreaterThan(3)
  })
})

/** How errors arise: the chance of an error in each block. */
const noises = {
  independent: (p: number) => () => p,
  bursts: (p: number, next: () => number) => () => (next() < 0.1 ? 5.5 * p : 0.5 * p),
  'a slow tide (φ = 0.8)': (p: number, next: () => number) => {
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    let tide = normal()
    return () => {
      tide = 0.8 * tide + 0.6 * normal()
      return p * Math.exp(0.5 * tide - 0.125)
    }
  },
} as const satisfies Record<string, (p: number, next: () => number) => () => number>

describe('an interval with the dispersion in it', () => {
  it.each([
    ['independent', 120, 0.95, 0.9],
    ['bursts', 120, 0.93, 0.65],
    ['a slow tide (φ = 0.8)', 120, 0.91, 0.75],
    ['bursts', 30, 0.93, 0.7],
    ['a slow tide (φ = 0.8)', 45, 0.89, 0.75],
  ] as const)(
    'covers the truth under %s in %i blocks in at least %f of 300 runs',
    (noise, length, atLeast, naiveAtMost) => {
      const random = seededRandom(7)
      const next = () => random.next()
      const p = 0.04
      let covered = 0
      let naive = 0
      for (let run = 0; run < 300; run++) {
        const chance = noises[noise](p, next)
        const blocks = repeat(length, (): Block => {
          const q = chance()
          return {
            bad: repeat(40, () => (next() < q ? 1 : 0)).reduce((sum: number, one) => sum + one, 0),
            total: 40,
          }
        })
        const bad = blocks.reduce((sum, block) => sum + block.bad, 0)
        const total = 40 * length
        const worth = dispersionOf(blocks, 0.95).effective / total
        const holds = ({low, high}: {low: number; high: number}) => (low <= p && p <= high ? 1 : 0)
        covered += holds(clopperPearson(bad * worth, total * worth, 0.95))
        naive += holds(clopperPearson(bad, total, 0.95))
      }
      expect(covered / 300).toBeGreaterThanOrEqual(atLeast)
      // What the correction is for: without it, the interval is wrong far more often than it says.
      if (noise !== 'independent') expect(naive / 300).toBeLessThan(naiveAtMost)
    },
  )
})
