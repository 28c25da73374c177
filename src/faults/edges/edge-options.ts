import {z} from 'zod'
import {longestToxicMs} from '../../clients/toxiproxy-limits.js'
import {bytes, duration, positiveFraction} from '../../scenarios/units.js'

/** What every fault on an edge is asked with. */
export const edgeOptions = {
  edge: z.string().describe('The connection that is hit, `caller->callee`, as the target names it.'),
  direction: z
    .enum(['downstream', 'upstream'])
    .default('downstream')
    .describe('`downstream` hits answers (callee to caller), `upstream` hits requests.'),
  toxicity: positiveFraction
    .prefault('100%')
    .describe(
      'Share of connections that are hit. Decided once for each connection and direction, not for each request: a pool of 4 kept-alive connections rolls 4 times in all. See `fresh-connections`.',
    ),
  'fresh-connections': z
    .boolean()
    .default(false)
    .describe(
      'Close the connections of the edge as the fault starts, so that callers open new ones and no pooled connection escapes. For some milliseconds the edge refuses connections.',
    ),
}

/** A time that Toxiproxy can be given: whole milliseconds, up to 24 hours. */
export const edgeDuration = duration
  .refine((ms) => Number.isInteger(ms), {error: 'expected whole milliseconds: Toxiproxy counts in those'})
  .refine((ms) => ms <= longestToxicMs, {error: 'expected at most "24h"'})

/** A size that Toxiproxy can be given: whole bytes, up to 1,000 GB. */
export const edgeBytes = bytes
  .refine((size) => Number.isInteger(size), {error: 'expected a whole number of bytes'})
  .refine((size) => size <= 1e12, {error: 'expected at most "1000GB"'})
