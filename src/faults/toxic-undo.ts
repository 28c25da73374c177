import type {ToxiproxyClient} from '../clients/toxiproxy.js'
import {EnvironmentError} from '../errors.js'
import type {Target} from '../scenarios/target.js'
import type {World} from './fault.js'
import type {ToxicInverse} from './toxic-fault.js'

const settleLimitMs = 3_000

/** Runs once per proxy, one after another: so few calls need no concurrency, and the order is the journal's. */
export const undoToxic = async ({toxic, proxies}: ToxicInverse, world: World): Promise<void> => {
  const client = world.toxiproxy()
  for (const proxy of proxies) await client.removeToxic(proxy, toxic)
  for (const proxy of proxies) await untilGone(client, proxy, toxic, world)
}

/** Reads back until the toxic is gone: an add that got no answer may still land. */
const untilGone = async (
  client: ToxiproxyClient,
  proxy: string,
  toxic: string,
  world: World,
): Promise<void> => {
  const deadline = world.clock.now() + settleLimitMs
  for (;;) {
    const state = await client.proxy(proxy)
    if (!state?.toxics.some(({name}) => name === toxic)) return
    if (world.clock.now() > deadline) throw new EnvironmentError(`Toxic ${toxic} is still on proxy ${proxy}`)
    await world.clock.sleep(100)
    await client.removeToxic(proxy, toxic)
  }
}

/** One line per proxy, for a person at a shell. */
export const toxicRemedy = ({toxic, proxies}: ToxicInverse, target: Target): string =>
  proxies
    .map(
      (proxy) =>
        `curl -X DELETE ${target.toxiproxy?.url ?? ''}/proxies/${encodeURIComponent(proxy)}/toxics/${toxic}`,
    )
    .join('; ')
