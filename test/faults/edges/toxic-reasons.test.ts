import {describe, expect, it} from 'vitest'
import {whyUntouched} from '../../../src/faults/edges/toxic-reasons.js'

const options = {edge: 'a->b', direction: 'downstream', toxicity: 1, 'fresh-connections': false} as const
const none = {chunks: 0, touched: 0, hit: 0, bytes: 0, opened: 0, active: 0}

describe('why no traffic met a toxic', () => {
  it.each([
    ['nothing at all', options, none, 0, false, 'no traffic on a->b since the fault began: no answers came'],
    ['idle connections', options, {...none, active: 3}, 3, false, '3 connections open, all idle'],
    [
      'the other way',
      {...options, direction: 'upstream'},
      {...none, active: 1},
      1,
      false,
      'no requests came',
    ],
    [
      'a pool that was spared',
      {...options, toxicity: 0.05},
      {...none, bytes: 10, active: 2},
      2,
      true,
      'toxicity rolled 0: 2 connections, all of them open before the fault (pooled), none rolled under 5%; raise toxicity or set `fresh-connections: true` for a new roll',
    ],
    [
      'new connections that were spared',
      {...options, toxicity: 0.05, 'fresh-connections': true},
      {...none, bytes: 10, opened: 4, active: 4},
      0,
      true,
      'toxicity rolled 0: 4 connections, none rolled under 5%; raise toxicity',
    ],
    [
      'a toxic that took none of the pool',
      options,
      {...none, bytes: 10, active: 1},
      1,
      false,
      '1 pooled connection escaped: open before the fault, and it took none of them; set `fresh-connections: true`',
    ],
    [
      'hit connections that carried nothing',
      {...options, toxicity: 0.5},
      {...none, bytes: 10, hit: 1, active: 2},
      2,
      true,
      'it took 1 connection, but all answers passed on others; raise toxicity',
    ],
  ] as const)('says: %s', (_, asked, traffic, activeBefore, byChance, words) => {
    const why = whyUntouched(asked, traffic, activeBefore)
    expect(why.words).toContain(words)
    expect(why.byChance).toBe(byChance)
  })
})
