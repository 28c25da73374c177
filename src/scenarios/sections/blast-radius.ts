import {z} from 'zod'
import type {BlastLimits} from '../scenario.js'
import {positiveFraction} from '../units.js'

/** How far all faults of the scenario together may reach in a cluster. */
export const blastRadius = z
  .strictObject({
    pods: z
      .int()
      .min(0)
      .exactOptional()
      .describe('Pods that all faults together may take away; as many as the plan counts by default.'),
    nodes: z
      .int()
      .min(0)
      .exactOptional()
      .describe('Nodes that all faults together may hit; as many as the plan counts by default.'),
    'share-of-workload': positiveFraction
      .exactOptional()
      .describe(
        'Share of one workload that may be down at once; 50% by default, and one pod always stays. `100%` allows its last ready pod too.',
      ),
  })
  .transform(
    ({'share-of-workload': share, ...limits}): BlastLimits => ({
      ...limits,
      ...(share !== undefined && {shareOfWorkload: share}),
    }),
  )
