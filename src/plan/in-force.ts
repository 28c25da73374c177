import type {PlannedFault} from './plan.js'

type Lasting = Pick<PlannedFault, 'id' | 'startMs' | 'endMs'>

/** The other faults that are in force when this one begins; of those that begin together, the ones named before it. */
export const inForceAtStartOf = <T extends Lasting>(planned: Lasting, faults: readonly T[]): T[] => {
  const index = faults.findIndex(({id}) => id === planned.id)
  return faults.filter(
    ({startMs, endMs}, at) =>
      at !== index &&
      endMs > planned.startMs &&
      (startMs < planned.startMs || (startMs === planned.startMs && at < index)),
  )
}
