import {expect, it} from 'vitest'
import {createLiveCounts} from '../../../src/engines/pacer/live.js'

it('live counts tell what was due and settled since the last take, then start anew', () => {
  const live = createLiveCounts()
  for (let n = 0; n < 10; n++) live.due()
  live.ended({status: 200}, 4000)
  live.ended({status: 404}, 4000)
  live.ended({status: 503}, 4000)
  live.ended({failure: 'timeout'}, 9_000_000)
  const taken = live.take(9000, 2000, 6)
  expect(taken).toMatchObject({
    atMs: 9000,
    offeredPerSecond: 5,
    achievedPerSecond: 1.5,
    errorRatio: 0.5,
    inFlight: 6,
  })
  // The histogram keeps three digits.
  expect(taken.p99Ms).toBeCloseTo(4, 1)
  expect(live.take(11_000, 2000, 0)).toEqual({
    atMs: 11_000,
    offeredPerSecond: 0,
    achievedPerSecond: 0,
    errorRatio: 0,
    inFlight: 0,
  })
})
