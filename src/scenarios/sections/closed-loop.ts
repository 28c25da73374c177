import {z} from 'zod'
import {isRecord, sentence, variantsOf} from '../shapes.js'

const count = z.int().min(1).max(50_000).describe('How many connections.')

const detailed = z.strictObject({
  count,
  pipelining: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Requests on the way at once on each connection, answered in their order.'),
})

const either = z.unknown().transform((value, context): {connections: number; pipelining: number} => {
  // A plain union would answer a slip in one form with the complaints of both.
  const result = detailed.safeParse(isRecord(value) ? value : {count: value}, {error: sentence})
  if (result.success) return {connections: result.data.count, pipelining: result.data.pipelining}
  for (const issue of result.error.issues)
    context.addIssue({...issue, path: isRecord(value) ? issue.path : []})
  return z.NEVER
})
variantsOf.set(either._zod.def, [count, detailed])

/** As many requests as so many connections carry: a number of them, or a number and how many requests on each. */
export const closedLoop = either.describe(
  'As much as so many connections carry (closed loop), for engines that can do no other.',
)
