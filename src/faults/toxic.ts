import {z} from 'zod'
import {probeEdge} from '../clients/probe.js'
import {fraction} from '../scenarios/units.js'
import {edgeNamed, proxiesOf} from './edges.js'
import type {Fault} from './fault.js'
import {observeToxic} from './toxic-evidence.js'
import type {EdgeOptions, ToxicFault, ToxicInverse} from './toxic-fault.js'
import {toxicRemedy, undoToxic} from './toxic-undo.js'

/** What every fault on an edge is asked with. */
export const edgeOptions = {
  edge: z.string().describe('The connection that is hit, `caller->callee`, as the target names it.'),
  direction: z
    .enum(['downstream', 'upstream'])
    .default('downstream')
    .describe('`downstream` hits answers (callee to caller), `upstream` hits requests.'),
  toxicity: fraction
    .prefault('100%')
    .describe(
      'Share of connections that are hit. Decided once per connection and direction, not per request.',
    ),
}

const healthyLimitMs = 2_000

/** Makes a fault of a toxic. */
export const toxicFault = <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
): Fault<Options, ToxicInverse> => ({
  summary: toxic.summary,
  example: toxic.example,
  options: toxic.options,

  aim(options, target) {
    edgeNamed(options.edge, target)
    const share = options.toxicity < 1 ? ` on ${+(options.toxicity * 100).toFixed(4)} % of connections` : ''
    const does = `${toxic.does(options)} on ${options.edge} (${options.direction})${share}`
    return {edges: [options.edge], replicas: [], does, undo: 'removes the toxic'}
  },

  async prepare(fault, world) {
    const proxies = await proxiesOf(fault.options.edge, world)
    const {probe} = edgeNamed(fault.options.edge, world.target)
    const healthy = await Promise.all(
      proxies.map(
        async ({name, listen}) => [name, (await probeEdge(listen, probe, healthyLimitMs)).ms] as const,
      ),
    )
    return {
      toxic: `${world.runId}_${fault.id}`,
      proxies: proxies.map(({name}) => name),
      healthyMs: Object.fromEntries(healthy),
    }
  },

  async inject({options}, inverse, world) {
    const client = world.toxiproxy()
    const body = {type: toxic.type, stream: options.direction, toxicity: options.toxicity}
    for (const proxy of inverse.proxies) {
      await client.addToxic(proxy, {...body, name: inverse.toxic, attributes: toxic.attributes(options)})
    }
  },

  observe: (fault, inverse, world, {earlier}) => observeToxic(toxic, fault, inverse, world, earlier),
  undo: undoToxic,
  remedy: toxicRemedy,
})
