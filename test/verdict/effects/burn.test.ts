import {describe, expect, it} from 'vitest'
import {burnOutlook} from '../../../src/verdict/effects/burn.js'

const minutes = 60_000
const days = 24 * 60 * minutes

describe('what a burn rate would come to', () => {
  // The Site Reliability Workbook, chapter 5, table 5-4: a burn rate of 1 lasts 30 days, 10 lasts 3 days, 1000 43 minutes.
  it.each([
    [1, 30 * days],
    [2, 15 * days],
    [10, 3 * days],
    [1000, 43.2 * minutes],
  ])('is that a budget of 30 days lasts, at %d', (rate, lastsMs) => {
    expect(burnOutlook(rate).goneAfterMs).toBeCloseTo(lastsMs)
  })

  it('is nothing where nothing burns', () => {
    expect(burnOutlook(0)).toEqual({alerts: []})
  })

  it('is the alerts that fire, the quickest first, when their long window is full', () => {
    expect(burnOutlook(0.9).alerts).toEqual([])
    expect(burnOutlook(6).alerts).toEqual([
      {rule: '6× over 6h and 30m', afterMs: 360 * minutes},
      {rule: '1× over 3d and 6h', afterMs: 0.5 * days},
    ])
    // A whole outage of a service that allows 0.1 % errors pages within a minute.
    expect(burnOutlook(1000).alerts[0]).toEqual({rule: '14.4× over 1h and 5m', afterMs: 0.864 * minutes})
  })
})
