import {z} from 'zod'
import {duration, formatDuration} from '../scenarios/units.js'
import {edgeOptions, toxicFault} from './toxic.js'

/** Longer delays are told from no answer at all only by the proxy, so a probe waits no longer than this. */
const probeLimitMs = 2_000

/** Delays everything that passes an edge in one direction. */
export default toxicFault({
  summary: 'Delays everything that passes an edge in one direction.',
  example: 'latency: {edge: order->payment, delay: 10s, jitter: 1s}',
  type: 'latency',
  options: z.strictObject({
    ...edgeOptions,
    delay: duration.describe('How long each chunk is held back.'),
    jitter: duration.prefault('0s').describe('Up to this much more or less, uniformly.'),
  }),
  attributes: ({delay, jitter}) => ({latency: delay, jitter}),
  does: ({delay, jitter}) =>
    `adds ${formatDuration(delay)}${jitter > 0 ? ` ± ${formatDuration(jitter)}` : ''} latency`,
  probeLimitMs,
  bites: ({outcome, ms}, healthyMs, {delay, jitter}) => {
    const added = Math.min(Math.max(0, delay - jitter), probeLimitMs) * 0.9
    if (added < 1) return undefined
    return (
      (outcome === 'answered' || outcome === 'timeout') && ms >= Math.min(healthyMs / 2 + added, probeLimitMs)
    )
  },
})
