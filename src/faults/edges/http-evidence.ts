import {formatPercent} from '../../scenarios/units.js'
import type {Aimed, Evidence, Moment, World} from '../fault.js'
import {proxiesOf} from './edges.js'
import {type HttpOptions, routeText} from './http-options.js'
import type {ToxicInverse} from './toxic-fault.js'
import {notInForce} from './toxic-reasons.js'
import {samplesIn} from './toxic-traffic.js'

/** What the fault's toxic has counted on all proxies of the edge together. */
interface Counted {
  /** Chunks of any data. */
  chunks: number
  /** Requests that could be read. */
  seen: number
  /** Those of the route. */
  matched: number
  answered: number
  delayed: number
}

const counters: Record<string, keyof Counted> = {
  shakedown_toxic_chunks_total: 'chunks',
  shakedown_toxic_requests_total: 'seen',
  shakedown_toxic_requests_matched_total: 'matched',
  shakedown_toxic_requests_answered_total: 'answered',
  shakedown_toxic_requests_delayed_total: 'delayed',
}

const countedBy = (metrics: string, {toxic, proxies}: ToxicInverse): Counted => {
  const counted: Counted = {chunks: 0, seen: 0, matched: 0, answered: 0, delayed: 0}
  for (const {name, labels, value} of samplesIn(metrics)) {
    const counter = counters[name]
    const ours = labels['toxic'] === toxic && proxies.includes(labels['proxy'] ?? '')
    if (counter && ours) counted[counter] += value
  }
  return counted
}

/** Why no request was hit; `byChance`: at another roll, or at full strength, some may be. */
const whyNone = (
  {edge, ...options}: HttpOptions,
  {chunks, seen, matched}: Counted,
): {words: string; byChance: boolean} => {
  const route = routeText({edge, ...options})
  if (chunks === 0) return {words: `no traffic on ${edge} since the fault began`, byChance: false}
  if (seen === 0) {
    const words = `${chunks} chunks passed ${edge}, and no HTTP/1.x request could be read in them: TLS, HTTP/2, or no HTTP`
    return {words, byChance: false}
  }
  if (matched === 0)
    return {words: `none of the ${seen} requests on ${edge} was one of ${route}`, byChance: false}
  const words = `the share rolled none of ${matched} requests of ${route} at ${formatPercent(options.share)}; raise share`
  return {words, byChance: true}
}

const howMany = (options: HttpOptions, {seen, matched, answered, delayed}: Counted): string => {
  const done = [
    ...(options.status === undefined ? [] : [`${answered} answered with ${options.status}`]),
    ...(options.delay === undefined ? [] : [`${delayed} delayed`]),
  ].join(', ')
  return `${matched} of ${seen} requests were of ${routeText(options)}: ${done}`
}

/**
 * Whether requests were hit, by the proxies' own counters: they are of real traffic alone, since no probe is sent. One
 * that fits the route might change something in the service.
 */
export const observeHttp = async (
  {options}: Aimed<HttpOptions>,
  inverse: ToxicInverse,
  world: World,
  {level}: Moment,
): Promise<Evidence> => {
  const proxies = await proxiesOf(options.edge, world)
  const broken = proxies.flatMap((proxy) => notInForce(proxy, inverse.toxic, true))
  if (broken.length > 0) return {bit: 'no', observations: broken, numbers: {}}
  const counted = countedBy((await world.toxiproxy().metrics()) ?? '', inverse)
  const numbers = {
    'requests seen': counted.seen,
    'requests of the route': counted.matched,
    'requests answered': counted.answered,
    'requests delayed': counted.delayed,
  }
  if (counted.answered + counted.delayed > 0)
    return {bit: 'yes', observations: [howMany(options, counted)], numbers}
  const {words, byChance} = whyNone(options, counted)
  return {bit: byChance && level < 1 ? 'unknown' : 'no', observations: [words], numbers}
}
