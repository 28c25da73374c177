import {probeEdge} from '../clients/probe.js'
import type {ProxyState} from '../clients/toxiproxy.js'
import {edgeNamed, proxiesOf} from './edges.js'
import type {Aimed, Evidence, World} from './fault.js'
import type {EdgeOptions, ToxicFault, ToxicInverse} from './toxic-fault.js'
import {chunksTouched} from './toxic-traffic.js'

/** Enough probes to meet a hit connection with 99 % certainty at this toxicity. */
const probesFor = (toxicity: number): number =>
  toxicity >= 1 ? 1 : Math.min(60, Math.ceil(Math.log(0.01) / Math.log(1 - toxicity)))

/**
 * Every proxy of the edge must list the toxic, a probe through each must feel it, and where the server counts it, other
 * traffic than our probes must have met it: a fault on an edge that nobody uses shows nothing.
 */
export const observeToxic = async <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  fault: Aimed<Options>,
  inverse: ToxicInverse,
  world: World,
  earlier: Evidence | undefined,
): Promise<Evidence> => {
  const proxies = await proxiesOf(fault.options.edge, world)
  const missing = proxies.find(
    ({enabled, toxics}) => !enabled || !toxics.some(({name}) => name === inverse.toxic),
  )
  if (missing)
    return {bit: 'no', observations: [`proxy ${missing.name} does not list the toxic`], numbers: {}}
  const touched = await chunksTouched(world.toxiproxy(), inverse.toxic)
  const felt: Evidence[] = []
  for (const proxy of proxies) felt.push(await feelToxic(toxic, fault, inverse, proxy, world))
  const observations = felt.flatMap((evidence) => evidence.observations)
  const numbers = Object.assign({}, ...felt.map((evidence) => evidence.numbers))
  if (touched !== undefined && touched <= ownChunks(earlier)) {
    return {bit: 'no', observations: [`no traffic of ${fault.options.edge} met it`, ...observations], numbers}
  }
  const bits = felt.map(({bit}) => bit)
  const bit = bits.includes('no') ? 'no' : bits.includes('unknown') ? 'unknown' : 'yes'
  return {
    bit,
    observations,
    numbers: {...numbers, ...(touched === undefined ? {} : {'chunks touched': touched})},
  }
}

const hits = 'probes hit'

/** What the probes of an earlier look may have left in the toxic's count: an answer is a few chunks at most. */
const ownChunks = (earlier: Evidence | undefined): number =>
  4 *
  Object.entries(earlier?.numbers ?? {})
    .filter(([name]) => name.endsWith(hits))
    .reduce((sum, [, count]) => sum + count, 0)

/** Probes through one proxy until chance is no excuse. */
const feelToxic = async <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  {options}: Aimed<Options>,
  inverse: ToxicInverse,
  proxy: ProxyState,
  world: World,
): Promise<Evidence> => {
  const {probe} = edgeNamed(options.edge, world.target)
  const healthyMs = inverse.healthyMs[proxy.name] ?? 0
  const tries = Array.from({length: probesFor(options.toxicity)}, () =>
    probeEdge(proxy.listen, probe, toxic.probeLimitMs),
  )
  const results = await Promise.all(tries)
  const bites = results.map((result) => toxic.bites(result, healthyMs, options))
  const felt = results.filter((_, index) => bites[index] === true)
  const shown = felt[0] ?? results[0]
  const was = `${healthyMs.toFixed(1)} ms before`
  return {
    bit: felt.length > 0 ? 'yes' : bites.every((bite) => bite === undefined) ? 'unknown' : 'no',
    observations: shown
      ? [`probe through ${proxy.name}: ${shown.outcome} after ${shown.ms.toFixed(1)} ms (${was})`]
      : [],
    numbers: {[`${proxy.name} ${hits}`]: felt.length},
  }
}
