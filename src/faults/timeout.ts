import {z} from 'zod'
import {duration, formatDuration} from '../scenarios/units.js'
import {edgeOptions, toxicFault} from './toxic.js'

const probeLimitMs = 1_500

/** Swallows everything that passes an edge in one direction; connections stay open, or close after a time. */
export default toxicFault({
  summary: 'Swallows everything that passes an edge in one direction: a black hole.',
  example: 'timeout: {edge: order->order-db}',
  type: 'timeout',
  options: z.strictObject({
    ...edgeOptions,
    'close-after': duration
      .prefault('0s')
      .describe('Close a connection after this long without data; 0 keeps it open until the fault ends.'),
  }),
  attributes: (options) => ({timeout: options['close-after']}),
  does: (options) => {
    const closes =
      options['close-after'] > 0 ? `, closing after ${formatDuration(options['close-after'])}` : ''
    return `swallows all data${closes}`
  },
  probeLimitMs,
  bites: ({outcome}) => outcome === 'timeout' || outcome === 'closed',
})
