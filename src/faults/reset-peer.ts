import {z} from 'zod'
import {duration, formatDuration} from '../scenarios/units.js'
import {edgeOptions, toxicFault} from './toxic.js'

/** Resets connections (TCP RST) when data passes in one direction. */
export default toxicFault({
  summary: 'Resets connections (TCP RST) when data passes in one direction.',
  example: 'reset-peer: {edge: order->inventory, toxicity: 10%}',
  type: 'reset_peer',
  options: z.strictObject({
    ...edgeOptions,
    after: duration.prefault('0s').describe('Time between the first data and the reset.'),
  }),
  attributes: ({after}) => ({timeout: after}),
  does: ({after}) =>
    `resets connections${after > 0 ? ` ${formatDuration(after)} after their first data` : ''}`,
  probeLimitMs: 2_000,
  bites: ({outcome}) => outcome === 'reset',
})
