import {expect, it} from 'vitest'
import {createLiveCounts} from '../../../src/engines/pacer/live.js'
import {mergedLive} from '../../../src/engines/pacer/merge.js'

it('live counts tell what was due and settled since the last take, then start anew', () => {
  const live = createLiveCounts()
  for (let n = 0; n < 10; n++) live.due()
  live.ended({status: 200}, 4000)
  live.ended({status: 404}, 4000)
  live.ended({status: 503}, 4000)
  live.ended({failure: 'timeout'}, 9_000_000)
  const taken = live.take(9000, 6)
  expect(taken).toMatchObject({atMs: 9000, due: 10, settled: 4, answered: 3, errors: 2, inFlight: 6})
  // The histogram keeps three digits.
  expect(mergedLive([taken]).p99Ms).toBeCloseTo(4, 1)
  expect(mergedLive([live.take(11_000, 0)])).toEqual({
    atMs: 11_000,
    offeredPerSecond: 0,
    achievedPerSecond: 0,
    errorRatio: 0,
    inFlight: 0,
  })
})

it('live counts of several threads add up, and their ratio is that of all requests', () => {
  const [busy, quiet] = [createLiveCounts(), createLiveCounts()]
  for (let n = 0; n < 98; n++) busy.ended({status: 200}, 1000)
  for (let n = 0; n < 2; n++) quiet.ended({status: 500}, 500_000)
  const live = mergedLive([busy.take(1000, 1), quiet.take(1000, 2)])
  expect(live).toMatchObject({achievedPerSecond: 100, errorRatio: 0.02, inFlight: 3})
  // Of the percentiles of its threads none is that of the whole.
  expect(live.p99Ms).toBeGreaterThan(400)
})
