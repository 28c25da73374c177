import type {ProxyState} from '../../clients/toxiproxy.js'
import type {Aimed, Evidence, Moment, World} from '../fault.js'
import {edgeNamed, proxiesOf} from './edges.js'
import type {EdgeOptions, ToxicFault, ToxicInverse} from './toxic-fault.js'
import {type Felt, probeToxic} from './toxic-probes.js'
import {howTouched, notInForce, tooLittle, whyUntouched} from './toxic-reasons.js'
import {atLevel} from './toxic-strength.js'
import {type EdgeTraffic, edgeTraffic, growth} from './toxic-traffic.js'

/** What a probe left on its way has arrived, and been counted, after this long. */
export const probesGoneMs = 50

/** A change of a toxic through the control API is over well within this. */
const changeMs = 250

/**
 * Every proxy of the edge must list the toxic, a probe through each must feel it where a probe can, and where the server
 * counts it, other traffic than our probes must have met it: a fault on an edge that nobody uses shows nothing.
 */
export const observeToxic = async <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  fault: Aimed<Options>,
  inverse: ToxicInverse,
  world: World,
  {level, earlier}: Moment,
): Promise<Evidence> => {
  const options = atLevel(toxic, fault.options, level)
  const listed = options.toxicity > 0 || toxic.dropsData !== true
  const {proxies, broken} = await inForce(options.edge, inverse.toxic, listed, world)
  if (broken.length > 0) return {bit: 'no', observations: broken, numbers: {}}
  if (options.toxicity === 0)
    return {bit: 'unknown', observations: ['its strength is 0 just now: nobody can feel it'], numbers: {}}
  const read = () => trafficSince(inverse, options, world)
  const before = await read()
  const felt = await feel(toxic, options, inverse, proxies, world)
  if (before) await world.clock.sleep(probesGoneMs, world.signal)
  const after = await read()
  const own = before && after && ownShare(before, after, felt, earlier)
  const others = before && growth(ownIn(earlier), before)
  const least = toxic.leastBytes?.(options) ?? 0
  return weigh({felt, others, options, level, least, inverse, numbers: {...numbersOf(felt), ...own}})
}

/** A toxic that is just being changed may be out for a moment: what looks broken is looked at twice. */
const inForce = async (
  edge: string,
  toxic: string,
  listed: boolean,
  world: World,
): Promise<{proxies: ProxyState[]; broken: string[]}> => {
  const look = async () => {
    const proxies = await proxiesOf(edge, world)
    return {proxies, broken: proxies.flatMap((proxy) => notInForce(proxy, toxic, listed))}
  }
  const first = await look()
  if (first.broken.length === 0) return first
  await world.clock.sleep(changeMs, world.signal)
  return await look()
}

/** What the edge's proxies have counted since the fault was prepared. */
const trafficSince = async (
  inverse: ToxicInverse,
  {direction}: EdgeOptions,
  world: World,
): Promise<EdgeTraffic | undefined> => {
  const now = await edgeTraffic(world.toxiproxy(), {...inverse, direction})
  return now && growth({...none, ...inverse.before}, now)
}

const none: EdgeTraffic = {chunks: 0, touched: 0, hit: 0, bytes: 0, opened: 0, active: 0}

/** The traffic of our own probes is kept in the numbers, so that a later look can leave it out. */
const ownNames = {
  chunks: 'chunks of probes',
  touched: 'bytes of probes touched',
  hit: 'probe connections hit',
  bytes: 'bytes of probes',
  opened: 'probe connections',
} as const

const ownIn = (earlier: Evidence | undefined): EdgeTraffic => {
  const own = {...none}
  for (const [name, label] of Object.entries(ownNames)) own[name] = earlier?.numbers[label] ?? 0
  return own
}

/** A question or its answer is a few chunks at most; what grew beyond that while we probed was others' traffic. */
const chunksPerProbe = 4

const ownShare = (
  before: EdgeTraffic,
  after: EdgeTraffic,
  felt: readonly Felt[],
  earlier: Evidence | undefined,
): Record<string, number> => {
  const probes = felt.reduce((sum, {sent}) => sum + sent, 0)
  const grown = growth(before, after)
  const known = ownIn(earlier)
  return {
    [ownNames.chunks]: known.chunks + Math.min(grown.chunks, probes * chunksPerProbe),
    [ownNames.touched]: known.touched + (grown.chunks > probes * chunksPerProbe ? 0 : grown.touched),
    [ownNames.hit]: known.hit + Math.min(grown.hit, probes),
    [ownNames.bytes]: known.bytes + grown.bytes,
    [ownNames.opened]: known.opened + Math.min(grown.opened, probes),
  }
}

/** The toxics on these proxies but for one, each as JSON with its proxy and its strength. */
export const toxicsBeside = (proxies: readonly ProxyState[], own: string): string[] =>
  proxies.flatMap(({name, toxics}) =>
    toxics.filter((toxic) => toxic.name !== own).map((toxic) => JSON.stringify([name, toxic])),
  )

/** All proxies at once: a look must be over before the fault is. */
const feel = async <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  options: Options,
  inverse: ToxicInverse,
  proxies: readonly ProxyState[],
  world: World,
): Promise<Felt[]> => {
  const {probe} = edgeNamed(options.edge, world.target)
  // Without the toxics that slowed the first probes nobody knows how long one takes by itself.
  const beside = toxicsBeside(proxies, inverse.toxic)
  const known = (inverse.beside ?? []).every((toxic) => beside.includes(toxic))
  return await Promise.all(
    proxies.map(({name, listen}) => {
      const healthyMs = known ? (inverse.healthyMs[name] ?? 0) : 0
      const through = {proxy: name, listen, probe, healthyMs}
      return probeToxic(toxic, options, through, world.signal)
    }),
  )
}

const numbersOf = (felt: readonly Felt[]): Record<string, number> =>
  Object.fromEntries(
    felt.flatMap(({proxy, sent, hit}) => [
      [`${proxy} probes`, sent],
      [`${proxy} probes hit`, hit],
    ]),
  )

interface Weighed {
  felt: readonly Felt[]
  /** What others did; undefined when the server does not count. */
  others: EdgeTraffic | undefined
  options: EdgeOptions
  level: number
  /** Traffic of fewer bytes cannot have felt it. */
  least: number
  inverse: ToxicInverse
  numbers: Record<string, number>
}

/** Traffic says more than probes; at less than full strength, not to be felt is no proof of anything. */
const weigh = ({felt, others, options, level, least, inverse, numbers}: Weighed): Evidence => {
  const seen = felt.map(({observation}) => observation)
  const probed = worst(felt.map(({bit}) => bit))
  const weak = (bit: Evidence['bit']): Evidence['bit'] => (bit === 'no' && level < 1 ? 'unknown' : bit)
  if (!others) return {bit: weak(probed), observations: seen, numbers}
  const counted = {
    'chunks touched': others.chunks,
    'connections hit': others.hit,
    'connections open': others.active,
    ...numbers,
  }
  if (others.chunks > 0) {
    const enough = others.touched >= least
    const bit = weak(probed !== 'unknown' ? probed : enough ? 'yes' : 'no')
    const met = enough ? howTouched(others) : tooLittle(others, least)
    return {bit, observations: [met, ...seen], numbers: counted}
  }
  const {words, byChance} = whyUntouched(options, others, inverse.before['active'] ?? 0)
  return {bit: byChance ? weak('no') : 'no', observations: [words, ...seen], numbers: counted}
}

const worst = (bits: readonly Evidence['bit'][]): Evidence['bit'] =>
  bits.includes('no') ? 'no' : bits.includes('unknown') ? 'unknown' : 'yes'
