import {z} from 'zod'
import {formatBytes} from '../scenarios/units.js'
import {edgeBytes, edgeOptions} from './edges/edge-options.js'
import {toxicFault} from './edges/toxic.js'

/** Closes each connection of an edge once so many bytes have passed in one direction. */
export default toxicFault({
  summary: 'Closes each connection of an edge once so many bytes have passed in one direction.',
  example: 'limit-data: {edge: gateway->catalog, bytes: 10KB}',
  type: 'limit_data',
  options: z.strictObject({
    ...edgeOptions,
    bytes: edgeBytes.describe(
      'Bytes that may pass on each connection, counted from the start of the fault; `0B` closes it at the first.',
    ),
  }),
  attributes: ({bytes}) => ({bytes}),
  does: ({bytes}) => `closes each connection after ${formatBytes(bytes)}`,
  leastBytes: ({bytes}) => bytes,
  probe: () => ({limitMs: 2_000, watch: 'whole'}),
  bites: ({outcome, sent, received}, _, {direction, bytes}) => {
    const ended = outcome === 'closed' || outcome === 'reset'
    // Past the limit of its question, a probe gets no answer; past that of the answer, the answer is cut off right there.
    if (direction === 'upstream') return bytes > sent ? undefined : ended && received === 0
    return received < bytes ? undefined : ended && received === bytes
  },
})
