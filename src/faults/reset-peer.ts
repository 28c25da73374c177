import {z} from 'zod'
import {formatDuration} from '../scenarios/units.js'
import {edgeDuration, edgeOptions} from './edges/edge-options.js'
import {toxicFault} from './edges/toxic.js'

/** A real Toxiproxy answers no question about a proxy whose toxic waits to reset: undo must not wait longer. */
const longestWaitMs = 3_000

/** Resets connections (TCP RST) when data passes in one direction. */
export default toxicFault({
  summary: 'Resets connections (TCP RST) when data passes in one direction.',
  example: 'reset-peer: {edge: order->inventory, toxicity: 10%}',
  type: 'reset_peer',
  options: z.strictObject({
    ...edgeOptions,
    after: edgeDuration
      .refine((ms) => ms <= longestWaitMs, {
        error: 'expected at most "3s": a real Toxiproxy cannot be undone while it waits',
      })
      .prefault('0s')
      .describe(
        'Time between the first data on a connection and its reset, at most 3s. Through a real Toxiproxy, connections that were open before the fault are closed (FIN), not reset: see `fresh-connections`.',
      ),
  }),
  attributes: ({after}) => ({timeout: after}),
  does: ({after}) =>
    `resets connections${after > 0 ? ` ${formatDuration(after)} after their first data` : ''}`,
  probe: ({after}) => ({limitMs: after + 1_500}),
  bites: ({outcome}) => outcome === 'reset',
})
