import {z} from 'zod'
import {type ProbeResult, probeEdge} from '../clients/probe.js'
import type {ProxyState, ToxiproxyClient} from '../clients/toxiproxy.js'
import {EnvironmentError} from '../errors.js'
import {fraction} from '../scenarios/units.js'
import {edgeNamed} from './edges.js'
import type {Aimed, Evidence, Fault, World} from './fault.js'

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

export interface EdgeOptions {
  edge: string
  direction: 'downstream' | 'upstream'
  toxicity: number
}

/** What is needed to take a toxic out again, and what a healthy probe looked like before. */
export interface ToxicInverse {
  [key: string]: string | string[] | Record<string, number>
  toxic: string
  proxies: string[]
  healthyMs: Record<string, number>
}

/** One toxic as a fault: its Toxiproxy type, its attributes, its words, and how a probe tells that it bites. */
export interface ToxicFault<Options extends EdgeOptions> {
  summary: string
  example: string
  type: string
  options: z.ZodType<Options>
  attributes(options: Options): Record<string, number>
  does(options: Options): string
  /** Longest that one probe waits. */
  probeLimitMs: number
  /** Whether the result can only be explained by the toxic. `undefined`: a probe cannot tell. */
  bites(result: ProbeResult, healthyMs: number, options: Options): boolean | undefined
}

const healthyLimitMs = 2_000
const settleLimitMs = 3_000

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

/** Runs once per proxy, one after another: so few calls need no concurrency, and the order is the journal's. */
const undoToxic = async ({toxic, proxies}: ToxicInverse, world: World): Promise<void> => {
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

/** Enough probes to meet a hit connection with 99 % certainty at this toxicity. */
const probesFor = (toxicity: number): number =>
  toxicity >= 1 ? 1 : Math.min(60, Math.ceil(Math.log(0.01) / Math.log(1 - toxicity)))

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

  observe: (fault, inverse, world) => observeToxic(toxic, fault, inverse, world),
  undo: undoToxic,
})

/** Every proxy of the edge must list the toxic, and a probe through each must feel it. */
const observeToxic = async <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  fault: Aimed<Options>,
  inverse: ToxicInverse,
  world: World,
): Promise<Evidence> => {
  const evidence: Evidence = {bit: 'yes', observations: [], numbers: {}}
  const {probe} = edgeNamed(fault.options.edge, world.target)
  for (const proxy of await proxiesOf(fault.options.edge, world)) {
    if (!proxy.enabled || !proxy.toxics.some(({name}) => name === inverse.toxic)) {
      return {...evidence, bit: 'no', observations: [`proxy ${proxy.name} does not list the toxic`]}
    }
    const healthyMs = inverse.healthyMs[proxy.name] ?? 0
    const tries = Array.from({length: probesFor(fault.options.toxicity)}, () =>
      probeEdge(proxy.listen, probe, toxic.probeLimitMs),
    )
    const results = await Promise.all(tries)
    const felt = results.filter((result) => toxic.bites(result, healthyMs, fault.options) === true)
    const untold = results.every((result) => toxic.bites(result, healthyMs, fault.options) === undefined)
    evidence.numbers[`${proxy.name} probes hit`] = felt.length
    const shown = felt[0] ?? results[0]
    if (shown) {
      const was = `${healthyMs.toFixed(1)} ms before`
      evidence.observations.push(
        `probe through ${proxy.name}: ${shown.outcome} after ${shown.ms.toFixed(1)} ms (${was})`,
      )
    }
    if (felt.length === 0) evidence.bit = untold ? 'unknown' : 'no'
  }
  return evidence
}
