import {z} from 'zod'
import {edgeOptions} from './edges/edge-options.js'
import {toxicFault} from './edges/toxic.js'

/** Passes everything on unchanged: what the detour through a toxic costs, and a rehearsal that breaks nothing. */
export default toxicFault({
  summary: 'Passes everything on unchanged: a rehearsal, to see that a run reaches the edge.',
  example: 'noop: {edge: order->payment}',
  type: 'noop',
  options: z.strictObject(edgeOptions),
  attributes: () => ({}),
  does: () => 'changes nothing',
  probe: () => ({limitMs: 2_000}),
  // There is nothing to feel; at full toxicity, whatever is answered went through it.
  bites: ({outcome}, _, {toxicity}) => (outcome === 'answered' && toxicity >= 1 ? true : undefined),
})
