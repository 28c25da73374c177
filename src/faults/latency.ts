import {z} from 'zod'
import {formatDuration} from '../scenarios/units.js'
import {edgeDuration, edgeOptions} from './edges/edge-options.js'
import {heldBack} from './edges/held-back.js'
import {toxicFault} from './edges/toxic.js'

/** Longer delays are told from no answer at all only by the proxy, so a probe waits no longer than this. */
const probeLimitMs = 2_000

/** Delays everything that passes an edge in one direction. */
export default toxicFault({
  summary: 'Delays everything that passes an edge in one direction.',
  example: 'latency: {edge: order->payment, delay: 10s, jitter: 1s}',
  type: 'latency',
  options: z.strictObject({
    ...edgeOptions,
    delay: edgeDuration.describe('How long each chunk of data is held back, in whole milliseconds.'),
    jitter: edgeDuration
      .prefault('0s')
      .describe('Up to this much more or less for each chunk, uniformly; chunks keep their order.'),
  }),
  attributes: ({delay, jitter}) => ({latency: delay, jitter}),
  does: ({delay, jitter}) =>
    `adds ${formatDuration(delay)}${jitter > 0 ? ` ± ${formatDuration(jitter)}` : ''} latency`,
  weaker: (options, level) => ({
    ...options,
    delay: Math.round(options.delay * level),
    jitter: Math.round(options.jitter * level),
  }),
  probe: () => ({limitMs: probeLimitMs}),
  bites: ({outcome, ms}, healthyMs, {delay, jitter}) => {
    const added = Math.min(Math.max(0, delay - jitter), probeLimitMs)
    if (added < 1) return undefined
    // No answer at all within the limit is what a long delay looks like.
    if (outcome === 'timeout') return (added >= probeLimitMs && healthyMs < probeLimitMs) || undefined
    // A refusal or a reset is not its doing.
    return outcome === 'answered' ? heldBack(ms, healthyMs, added) : undefined
  },
})
