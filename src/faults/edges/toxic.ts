import {probeEdge} from '../../clients/probe.js'
import {formatPercent} from '../../scenarios/units.js'
import type {Aimed, Fault, World} from '../fault.js'
import {edgeNamed, proxiesOf} from './edges.js'
import {whileClosed} from './fresh-connections.js'
import {observeToxic, probesGoneMs, toxicsBeside} from './toxic-evidence.js'
import type {EdgeOptions, ToxicFault, ToxicInverse} from './toxic-fault.js'
import {atLevel, setToxic, toxicBody} from './toxic-strength.js'
import {edgeTraffic} from './toxic-traffic.js'
import {toxicRemedy, undoToxic} from './toxic-undo.js'

/** A healthy edge answers a probe well within this. */
const healthyLimitMs = 2_000
/** The fastest of so many says how long it takes: a busy machine makes some of them late. */
const healthyProbes = 3

/** Makes a fault of a toxic. */
export const toxicFault = <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
): Fault<Options, ToxicInverse> => ({
  summary: toxic.summary,
  example: toxic.example,
  options: toxic.options,

  aim(options, target) {
    edgeNamed(options.edge, target)
    const share = options.toxicity < 1 ? ` on ${formatPercent(options.toxicity)} of connections` : ''
    const fresh = options['fresh-connections'] ? ', on fresh connections' : ''
    const does = `${toxic.does(options)} on ${options.edge} (${options.direction})${share}${fresh}`
    return {edges: [options.edge], replicas: [], does, undo: 'removes the toxic'}
  },

  prepare: (fault, world) => prepareToxic(toxic, fault, world),

  async inject(fault, inverse, world) {
    const client = world.toxiproxy()
    const options = atLevel(toxic, fault.options, fault.levels?.[0]?.level ?? 1)
    // One that drops data is there only while it hits something: taking it out closes even what it spared.
    const absent = toxic.dropsData === true && options.toxicity === 0
    for (const proxy of inverse.proxies) {
      await whileClosed(client, proxy, inverse.reopen, async () => {
        if (!absent) await client.addToxic(proxy, toxicBody(toxic, inverse.toxic, options))
      })
    }
  },

  async adjust(fault, inverse, level, world) {
    const wanted = toxicBody(toxic, inverse.toxic, atLevel(toxic, fault.options, level))
    for (const proxy of inverse.proxies) await setToxic(world.toxiproxy(), proxy, wanted, toxic)
  },

  observe: (fault, inverse, world, moment) => observeToxic(toxic, fault, inverse, world, moment),
  undo: undoToxic,
  remedy: toxicRemedy,
})

/** Reads what a healthy probe is like, then what the proxies have counted, the probes included. */
const prepareToxic = async <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  {id, options}: Aimed<Options>,
  world: World,
): Promise<ToxicInverse> => {
  const proxies = await proxiesOf(options.edge, world)
  const {probe} = edgeNamed(options.edge, world.target)
  const {signal} = world
  const how = {...toxic.probe(options), limitMs: healthyLimitMs, signal}
  const healthy = await Promise.all(
    proxies.map(async ({name, listen}) => {
      const probes = Array.from({length: healthyProbes}, () => probeEdge(listen, probe, how))
      return [name, Math.min(...(await Promise.all(probes)).map(({ms}) => ms))] as const
    }),
  )
  const names = proxies.map(({name}) => name)
  const name = `${world.runId}_${id}`
  const traffic = {proxies: names, toxic: name, direction: options.direction}
  // What the probes left on its way gets this long to be counted before.
  await world.clock.sleep(probesGoneMs, world.signal)
  const open = proxies.filter(({enabled}) => enabled).map(({name}) => name)
  return {
    toxic: name,
    proxies: names,
    reopen: options['fresh-connections'] ? open : [],
    healthyMs: Object.fromEntries(healthy),
    beside: toxicsBeside(proxies, name),
    before: (await edgeTraffic(world.toxiproxy(), traffic)) ?? {},
  }
}
