import {z} from 'zod'

/** Who set the replicas of a workload last, when that was a run of ours, and what they were before. */
export interface ScaledBy {
  /** The run's label. */
  run: string
  was: number
}

const entry = z.object({
  manager: z.string().default(''),
  subresource: z.string().default(''),
  fieldsV1: z.object({'f:spec': z.object({'f:replicas': z.unknown()})}),
})

/**
 * What a run that scales calls itself: the API server keeps it with the object, under `managedFields`, for as long as nobody
 * else sets the replicas. A label or an annotation would take the right to change the whole workload, its image and its
 * account included; this takes no more than the scaling itself.
 */
export const scaleMark = ({run, was}: ScaledBy): string => `shakedown/${run}/was/${was}`

/** Who scales it back, so that the mark goes. */
export const unmarked = 'shakedown'

/** The mark among the `managedFields` of a workload; undefined when its replicas were set last by somebody else. */
export const readScaleMark = (managedFields: readonly unknown[]): ScaledBy | undefined => {
  for (const one of managedFields) {
    const {data} = entry.safeParse(one)
    const [, run, was] = /^shakedown\/(.+)\/was\/(\d+)$/.exec(data?.manager ?? '') ?? []
    if (data?.subresource === 'scale' && run !== undefined) return {run, was: Number(was)}
  }
  return undefined
}
