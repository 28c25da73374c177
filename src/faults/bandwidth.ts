import {z} from 'zod'
import {byteRate, formatByteRate} from '../scenarios/units.js'
import {edgeOptions, toxicFault} from './toxic.js'

/** The least that an answer to a probe is long; a rate at which this takes no time cannot be felt by a probe. */
const answerBytes = 100
const tellableMs = 20

/** Limits how much passes an edge in one direction. */
export default toxicFault({
  summary: 'Limits how much passes an edge in one direction.',
  example: 'bandwidth: {edge: gateway->catalog, rate: 5KB/s}',
  type: 'bandwidth',
  options: z.strictObject({
    ...edgeOptions,
    rate: byteRate
      .refine((rate) => rate >= 1_000, {error: 'expected at least "1KB/s": Toxiproxy counts in whole KB'})
      .describe('Bytes per second on each connection, at least 1KB/s (1 KB is 1,000 bytes).'),
  }),
  // Toxiproxy counts in whole KB per second.
  attributes: ({rate}) => ({rate: Math.round(rate / 1_000)}),
  does: ({rate}) => `limits each connection to ${formatByteRate(rate)}`,
  probeLimitMs: 3_000,
  bites: ({ms}, healthyMs, {rate}) => {
    const takes = (answerBytes / rate) * 1_000
    return takes < tellableMs ? undefined : ms >= healthyMs / 2 + takes
  },
})
