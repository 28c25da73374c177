import {z} from 'zod'
import {formatDuration} from '../scenarios/units.js'
import {edgeDuration, edgeOptions} from './edges/edge-options.js'
import {heldBack} from './edges/held-back.js'
import {toxicFault} from './edges/toxic.js'

/** A probe waits no longer than this for the end of its connection. */
const longestWaitMs = 1_500
/** A delay below this is lost in the noise. */
const tellableMs = 10

/** Holds back the end of connections on an edge, not their data. */
export default toxicFault({
  summary: 'Holds back the end of connections on an edge, not their data.',
  example: 'slow-close: {edge: order->order-db, delay: 2s}',
  type: 'slow_close',
  options: z.strictObject({
    ...edgeOptions,
    delay: edgeDuration.describe(
      'How long the end of a connection is held back after its data, in whole milliseconds. Felt only where connections end.',
    ),
  }),
  attributes: ({delay}) => ({delay}),
  does: ({delay}) => `holds the end of connections back for ${formatDuration(delay)}`,
  weaker: (options, level) => ({...options, delay: Math.round(options.delay * level)}),
  probe: () => ({limitMs: longestWaitMs + 1_000, watch: 'close'}),
  bites: ({outcome, ms}, healthyMs, {delay}) => {
    // Some servers never end a connection because the caller did.
    if (delay < tellableMs || healthyMs >= longestWaitMs) return undefined
    const ended = outcome === 'closed' || outcome === 'timeout'
    return ended && heldBack(ms, healthyMs, Math.min(delay, longestWaitMs))
  },
})
