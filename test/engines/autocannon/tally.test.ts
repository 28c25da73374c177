import {describe, expect, it} from 'vitest'
import {createTally} from '../../../src/engines/autocannon/tally.js'
import type {LiveLoad, LoadSecond} from '../../../src/engines/engine.js'
import {isBalanced, sumOf} from '../../fakes/engine-run.js'

const tallyOf = (names: string[], lastSecond = 60) => {
  const seconds: LoadSecond[] = []
  const lives: LiveLoad[] = []
  const tally = createTally(
    names,
    {startAtMs: 5000, lastSecond},
    {
      onSecond: (second) => seconds.push(second),
      onLive: (live) => lives.push(live),
    },
  )
  return {tally, seconds, lives}
}

const health = {cpu: 0.5, inFlight: 1}

describe('the tally of a closed loop', () => {
  it('reports a second in order, once it is over and all of it is settled', () => {
    const {tally, seconds} = tallyOf(['a', 'b'])
    const slow = tally.sent(0, 900)
    const fast = tally.sent(1, 1100)
    tally.answered(fast, 200, 1110, true)
    tally.secondsOver(1, health)
    expect(seconds).toEqual([])
    tally.answered(slow, 503, 1900.5, true)
    expect(seconds.map(({startMs}) => startMs)).toEqual([5000, 6000])
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
    expect(seconds[0]?.health).toEqual(health)
    expect(sumOf(seconds, 'a')).toMatchObject({sent: 1, answered: {503: 1}})
    expect(sumOf(seconds, 'a').latencyUs.maxValue / 1000).toBeCloseTo(1000, -1)
  })

  it('counts what is written after the end, before anybody noticed it, in the last second', () => {
    const {tally, seconds} = tallyOf(['a'], 1)
    tally.answered(tally.sent(0, 2000.5), 200, 2001, true)
    tally.secondsOver(1, health)
    expect(seconds.map(({requests}) => requests['a']?.sent)).toEqual([0, 1])
  })

  it('counts what is written just after its second was closed in the next one', () => {
    const {tally, seconds} = tallyOf(['a'])
    tally.secondsOver(0, health)
    tally.failed(tally.sent(0, 999.9), 'reset')
    tally.secondsOver(1, health)
    expect(seconds.map(({requests}) => requests['a']?.sent)).toEqual([0, 1])
    expect(tally.totals).toEqual({due: 1, sent: 1, skipped: 0, answered: 0, failed: 1})
  })

  it('tells the display what happened since the last time', () => {
    const {tally, lives} = tallyOf(['a'])
    tally.answered(tally.sent(0, 10), 200, 20, true)
    tally.answered(tally.sent(0, 10), 500, 30, false)
    tally.failed(tally.sent(0, 10), 'closed')
    tally.sent(0, 20)
    tally.live(6000, 1)
    tally.live(7000, 1)
    expect(lives).toEqual([
      {
        atMs: 6000,
        offeredPerSecond: 4,
        achievedPerSecond: 2,
        errorRatio: 2 / 3,
        p99Ms: expect.closeTo(20, 0),
        inFlight: 1,
      },
      {atMs: 7000, offeredPerSecond: 0, achievedPerSecond: 0, errorRatio: 0, inFlight: 1},
    ])
  })
})
