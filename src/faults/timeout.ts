import {z} from 'zod'
import {formatDuration} from '../scenarios/units.js'
import {edgeDuration, edgeOptions} from './edges/edge-options.js'
import {toxicFault} from './edges/toxic.js'

/** Swallows everything that passes an edge in one direction; connections stay open, or close after a time. */
export default toxicFault({
  summary: 'Swallows everything that passes an edge in one direction: a black hole.',
  example: 'timeout: {edge: order->order-db}',
  type: 'timeout',
  options: z.strictObject({
    ...edgeOptions,
    'close-after': edgeDuration
      .prefault('0s')
      .describe('Close a connection after this long without data; 0 keeps it open until the fault ends.'),
  }),
  attributes: (options) => ({timeout: options['close-after']}),
  does: (options) => {
    const closes =
      options['close-after'] > 0 ? `, closing after ${formatDuration(options['close-after'])}` : ''
    return `swallows all data${closes}`
  },
  dropsData: true,
  probe: () => ({limitMs: 1_500}),
  bites: ({outcome}) => outcome === 'timeout' || outcome === 'closed',
})
