import {describe, expect, it} from 'vitest'
import {normalTails} from '../../../src/verdict/statistics/normal.js'

describe('the two tails of the normal distribution', () => {
  // scipy.stats.norm.sf(z) * 2
  it.each([
    [0, 1],
    [0.5, 0.6170750774519738],
    [1, 0.31731050786291415],
    [1.959963984540054, 0.05],
    [2.5, 0.012419330651552265],
    [2.5758293035489004, 0.01],
    [3.2905267314918945, 0.001],
    [6, 1.9731752900753892e-9],
  ])('beyond %f hold %f', (z, chance) => {
    expect(Math.abs(normalTails(z) / chance - 1)).toBeLessThan(1e-11)
  })
})
