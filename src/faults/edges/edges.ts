import type {ProxyState} from '../../clients/toxiproxy.js'
import {EnvironmentError, UserError} from '../../errors.js'
import type {Edge, Target} from '../../scenarios/target.js'
import type {World} from '../fault.js'

/** The edge of that name; throws UserError with the names there are. */
export const edgeNamed = (name: string, target: Target): Edge => {
  const edge = target.edges[name]
  if (edge) return edge
  const known = Object.keys(target.edges)
  throw new UserError(`Target ${target.name} has no edge "${name}"`, {
    hint: known.length > 0 ? `Its edges are: ${known.join(', ')}.` : 'It has no edges with a proxy at all.',
  })
}

/** The proxies of the edge, as they are now; throws EnvironmentError when one is not there. */
export const proxiesOf = async (edge: string, world: World): Promise<ProxyState[]> => {
  const client = world.toxiproxy()
  const {proxies} = edgeNamed(edge, world.target)
  return await Promise.all(
    proxies.map(async (name) => {
      const proxy = await client.proxy(name)
      if (proxy) return proxy
      throw new EnvironmentError(
        `There is no proxy "${name}" at ${client.url}, which edge ${edge} goes through`,
        {
          hint: 'Create it there, or correct the edge in the target file.',
        },
      )
    }),
  )
}
