import {z} from 'zod'
import {probeEdge} from '../clients/probe.js'
import {byHand} from './cluster/by-hand.js'
import {edgeOptions} from './edges/edge-options.js'
import {edgeNamed, proxiesOf} from './edges/edges.js'
import {openAgain} from './edges/open-again.js'
import type {Evidence, Fault, World} from './fault.js'

interface Options {
  edge: string
}

/** The proxies that were open before: only those are opened again. */
interface Inverse {
  [key: string]: string[]
  proxies: string[]
  /** Those that the undo of another fault may have deleted on its way. */
  again?: string[]
}

/** There is no half-closed proxy: it is closed at this strength and above. */
const closedFrom = 0.5

const setOpen = async ({proxies}: Inverse, open: boolean, world: World): Promise<void> => {
  const client = world.toxiproxy()
  for (const proxy of proxies) {
    const state = await client.proxy(proxy)
    if (state && state.enabled !== open) await client.setEnabled(proxy, open)
  }
}

/** Closes an edge: open connections end, new ones are refused. */
export default {
  summary: 'Closes an edge: open connections end, new ones are refused.',
  example: 'down: {edge: order->inventory}',
  options: z.strictObject({edge: edgeOptions.edge}),

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

  async inject({levels}, inverse, world) {
    if ((levels?.[0]?.level ?? 1) >= closedFrom) await setOpen(inverse, false, world)
  },

  async adjust(_fault, inverse, level, world) {
    await setOpen(inverse, level < closedFrom, world)
  },

  async observe({options}, {proxies: ours}, world, {level}) {
    if (ours.length === 0) {
      const observations = [`the proxies of ${options.edge} were closed before the fault began`]
      return {bit: 'no', observations, numbers: {}}
    }
    if (level < closedFrom)
      return {bit: 'unknown', observations: ['its strength is below 50 %: it is open just now'], numbers: {}}
    const {probe} = edgeNamed(options.edge, world.target)
    // A port-forward takes a connection before the cluster refuses it, and resets it then.
    const words = world.target.toxiproxy?.ways ? ['refused', 'reset'] : ['refused']
    const evidence: Evidence = {bit: 'yes', observations: [], numbers: {}}
    for (const {name, listen, enabled} of await proxiesOf(options.edge, world)) {
      const {outcome, ms} = await probeEdge(listen, probe, {limitMs: 1_000, signal: world.signal})
      const why = enabled ? ': somebody opened it again' : ''
      const refused = words.includes(outcome)
      const seen = `probe through ${name}: ${outcome} after ${ms.toFixed(1)} ms`
      evidence.observations.push(refused ? seen : `${seen}${why}`)
      evidence.numbers[`${name} probes refused`] = refused ? 1 : 0
      if (!refused) evidence.bit = 'no'
    }
    return evidence
  },

  undo: ({proxies, again}, world) => openAgain(proxies, world, again),

  remedy: ({proxies}, target) => {
    const {first, url} = byHand('toxiproxy', target)
    const calls = proxies.map(
      (proxy) => `curl -d '{"enabled":true}' ${url}/proxies/${encodeURIComponent(proxy)}`,
    )
    return first + calls.join('; ')
  },
} satisfies Fault<Options, Inverse>
