import {describe, expect, it} from 'vitest'
import {highestOf, levelAt, meanLevel, sketchOf, stretchesAtTop} from '../../src/plan/strength.js'

const levels = [
  {atMs: 1_000, level: 0.5},
  {atMs: 2_000, level: 1},
  {atMs: 4_000, level: 0.92},
  {atMs: 5_000, level: 0},
  {atMs: 8_000, level: 1},
]

describe('the strength of a fault', () => {
  it.each([
    [999, 0],
    [1_000, 0.5],
    [1_999, 0.5],
    [2_000, 1],
    [7_999, 0],
    [99_000, 1],
  ])('at %i ms is %d', (atMs, level) => expect(levelAt(levels, atMs)).toBe(level))

  it('is at its top in stretches as long as can be', () => {
    expect(stretchesAtTop(levels, 9_000, 0.9)).toEqual([
      {fromMs: 2_000, toMs: 5_000},
      {fromMs: 8_000, toMs: 9_000},
    ])
    expect(stretchesAtTop(levels, 9_000, 1)[0]).toEqual({fromMs: 2_000, toMs: 4_000})
    expect(stretchesAtTop(levels, 8_000, 1)).toHaveLength(1)
    expect(highestOf(levels.slice(0, 1))).toBe(0.5)
    expect(stretchesAtTop(levels.slice(0, 1), 2_000, 1)).toEqual([{fromMs: 1_000, toMs: 2_000}])
  })

  it('has a mean over any stretch', () => {
    expect(meanLevel(levels, {fromMs: 1_000, toMs: 3_000})).toBe(0.75)
    expect(meanLevel(levels, {fromMs: 0, toMs: 2_000})).toBe(0.25)
    expect(meanLevel(levels, {fromMs: 7_000, toMs: 9_000})).toBe(0.5)
    expect(meanLevel(levels, {fromMs: 2_500, toMs: 2_500})).toBe(1)
  })

  it('is drawn as blocks', () => {
    expect(sketchOf(levels, {fromMs: 1_000, toMs: 9_000}, 8)).toBe('▅██▇▁▁▁█')
    expect(sketchOf(levels, {fromMs: 0, toMs: 10_000}, 5)).toHaveLength(5)
  })
})
