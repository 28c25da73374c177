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

/** A proxy that listens inside of a cluster, with the address at which it answers from here. */
const fromHere = (proxy: ProxyState, {toxiproxy}: Target): ProxyState => {
  const port = proxy.listen.slice(proxy.listen.lastIndexOf(':') + 1)
  return {...proxy, listen: toxiproxy?.ways?.[port] ?? proxy.listen}
}

/** The proxies of the edge, as they are now and as probes reach them; throws EnvironmentError when one is not there. */
export const proxiesOf = async (edge: string, world: World): Promise<ProxyState[]> => {
  const client = world.toxiproxy()
  const {proxies} = edgeNamed(edge, world.target)
  return await Promise.all(
    proxies.map(async (name) => {
      const proxy = await client.proxy(name)
      if (proxy) return fromHere(proxy, world.target)
      throw new EnvironmentError(
        `There is no proxy "${name}" at ${client.url}, which edge ${edge} goes through`,
        {
          hint: 'Create it there, or correct the edge in the target file.',
        },
      )
    }),
  )
}
