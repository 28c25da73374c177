import {z} from 'zod'
import {UserError} from '../../errors.js'

/** Whether a fault may take the last node that takes pods. */
export const roomOption = z
  .boolean()
  .default(false)
  .describe('Do it also when no other node takes pods: new ones stay Pending until the fault ends.')

/** Throws UserError when no node is left that new pods could be put on. */
export const refuseWithoutRoom = (left: readonly string[], taken: readonly string[]): void => {
  if (left.length > 0) return
  throw new UserError(`Without ${taken.join(', ')} no node of the cluster takes pods`, {
    hint: 'Replacements would stay Pending until the fault ends. If that is what you want to see: `without-room: true`.',
  })
}
