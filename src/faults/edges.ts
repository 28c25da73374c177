import {UserError} from '../errors.js'
import type {Edge, Target} from '../scenarios/target.js'

/** The edge of that name; throws UserError with the names there are. */
export const edgeNamed = (name: string, target: Target): Edge => {
  const edge = target.edges[name]
  if (edge) return edge
  const known = Object.keys(target.edges)
  throw new UserError(`Target ${target.name} has no edge "${name}"`, {
    hint: known.length > 0 ? `Its edges are: ${known.join(', ')}.` : 'It has no edges with a proxy at all.',
  })
}
