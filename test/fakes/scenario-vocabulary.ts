import {z} from 'zod'
import {duration} from '../../src/scenarios/units.js'
import type {Vocabulary} from '../../src/scenarios/vocabulary.js'

/** Three faults with schemas of their own, one engine, and a PromQL check that only counts brackets. */
export const vocabulary: Vocabulary = {
  engines: ['pacer'],
  faults: {
    latency: {
      summary: 'Delays what passes an edge.',
      example: 'latency: {edge: a->b, delay: 1s}',
      options: z.strictObject({edge: z.string(), delay: duration, jitter: duration.default(0)}),
      adjustable: true,
    },
    kill: {
      summary: 'Ends replicas.',
      example: 'kill: {workload: catalog}',
      options: z.strictObject({workload: z.string(), count: z.int().min(1).default(1)}),
      adjustable: false,
    },
    pause: {
      summary: 'Stops the world.',
      example: 'pause:',
      options: z.strictObject({}),
      adjustable: false,
    },
  },
  checkQuery: (expression, kind) => {
    if (kind === 'selector' && expression.includes('('))
      return 'expected a selector of series, got a function'
    const open = [...expression].filter((sign) => '([{'.includes(sign)).length
    const closed = [...expression].filter((sign) => ')]}'.includes(sign)).length
    return open === closed ? undefined : `brackets do not match, column ${expression.length + 1}`
  },
}
