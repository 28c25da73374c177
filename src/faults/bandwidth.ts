import {z} from 'zod'
import {highestToxicRate} from '../clients/toxiproxy-limits.js'
import {byteRate, formatByteRate} from '../scenarios/units.js'
import {edgeOptions} from './edges/edge-options.js'
import {heldBack} from './edges/held-back.js'
import {toxicFault} from './edges/toxic.js'

/** Toxiproxy counts in whole KB per second. */
const step = 1_000
const highestRate = highestToxicRate * step

/** A probe looks at the first bytes only: at the lowest rate, they are the first to pass. */
const firstBytes = 100
/** A rate at which they take less cannot be felt by a probe. */
const tellableMs = 20

/** Limits how much passes an edge in one direction. */
export default toxicFault({
  summary: 'Limits how much passes an edge in one direction.',
  example: 'bandwidth: {edge: gateway->catalog, rate: 5KB/s}',
  type: 'bandwidth',
  options: z.strictObject({
    ...edgeOptions,
    rate: byteRate
      .refine((rate) => rate % step === 0, {
        error: 'expected whole KB per second, at least "1KB/s" ("0KB/s" stalls): Toxiproxy counts in those',
      })
      .refine((rate) => rate <= highestRate, {error: 'expected at most "1000GB/s"'})
      .describe(
        'Bytes per second on each connection, in whole KB/s (1 KB is 1,000 bytes). `0KB/s` holds everything back and loses nothing: it flows again when the fault ends.',
      ),
  }),
  attributes: ({rate}) => ({rate: Math.round(rate / step)}),
  does: ({rate}) => (rate > 0 ? `limits each connection to ${formatByteRate(rate)}` : 'holds all data back'),
  weaker: (options, level) => ({...options, rate: Math.min(highestRate, options.rate / level)}),
  probe: ({rate}) => ({limitMs: rate > 0 ? 3_000 : 1_500}),
  bites: ({outcome, ms, sent, received}, healthyMs, {rate, direction}) => {
    if (rate === 0) return outcome === 'timeout'
    const passed = Math.min(firstBytes, direction === 'upstream' ? sent : received)
    const takes = (passed / rate) * 1_000
    return takes < tellableMs ? undefined : heldBack(ms, healthyMs, takes)
  },
})
