import {z} from 'zod'
import {phaseNames} from '../scenario.js'

/** An entry of `objectives` that names a file of SLOs. The rest is checked with the objectives that are made of it. */
export const sloEntry = z.strictObject({
  openslo: z
    .string()
    .min(1)
    .describe('Path of OpenSLO v1 files from the folder of this one; `*` and `?` work.'),
  slo: z.string().min(1).exactOptional().describe('Name of one SLO; all that can be used by default.'),
  during: z.array(z.enum(phaseNames)).min(1).exactOptional().describe('Phases in which they must hold.'),
  confidence: z.string().exactOptional().describe('Confidence of the interval.'),
  'min-samples': z.int().min(1).exactOptional().describe('With fewer events than this it is inconclusive.'),
})

export type SloEntry = z.output<typeof sloEntry>
