import {z} from 'zod'
import {probeEdge} from '../clients/probe.js'
import {EnvironmentError} from '../errors.js'
import {edgeNamed, proxiesOf} from './edges.js'
import type {Evidence, Fault} from './fault.js'

interface Options {
  edge: string
}

/** The proxies that were open before: only those are opened again. */
interface Inverse {
  [key: string]: string[]
  proxies: string[]
}

/** Closes an edge: open connections end, new ones are refused. */
export default {
  summary: 'Closes an edge: open connections end, new ones are refused.',
  example: 'down: {edge: order->inventory}',
  options: z.strictObject({
    edge: z.string().describe('The connection that is hit, `caller->callee`, as the target names it.'),
  }),

  aim({edge}, target) {
    edgeNamed(edge, target)
    return {
      edges: [edge],
      replicas: [],
      does: `refuses all connections on ${edge}`,
      undo: 'opens the proxy again',
    }
  },

  async prepare({options}, world) {
    const proxies = await proxiesOf(options.edge, world)
    return {proxies: proxies.filter(({enabled}) => enabled).map(({name}) => name)}
  },

  async inject(_fault, {proxies}, world) {
    for (const proxy of proxies) await world.toxiproxy().setEnabled(proxy, false)
  },

  async observe({options}, _inverse, world) {
    const evidence: Evidence = {bit: 'yes', observations: [], numbers: {}}
    for (const {name, listen} of await proxiesOf(options.edge, world)) {
      const {outcome, ms} = await probeEdge(listen, edgeNamed(options.edge, world.target).probe, 1_000)
      evidence.observations.push(`probe through ${name}: ${outcome} after ${ms.toFixed(1)} ms`)
      if (outcome !== 'refused') evidence.bit = 'no'
    }
    return evidence
  },

  async undo({proxies}, world) {
    const client = world.toxiproxy()
    for (const proxy of proxies) await client.setEnabled(proxy, true)
    for (const proxy of proxies) {
      const state = await client.proxy(proxy)
      // A proxy that is no longer there cannot be closed.
      if (state && !state.enabled) throw new EnvironmentError(`Proxy ${proxy} is still closed`)
    }
  },

  remedy: ({proxies}, target) =>
    proxies
      .map(
        (proxy) =>
          `curl -d '{"enabled":true}' ${target.toxiproxy?.url ?? ''}/proxies/${encodeURIComponent(proxy)}`,
      )
      .join('; '),
} satisfies Fault<Options, Inverse>
