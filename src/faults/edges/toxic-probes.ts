import {type ProbeOptions, type ProbeResult, probeEdge} from '../../clients/probe.js'
import type {Edge} from '../../scenarios/target.js'
import {formatPercent} from '../../scenarios/units.js'
import type {Evidence} from '../fault.js'
import type {EdgeOptions, ToxicFault} from './toxic-fault.js'

/** More connections would be a load of their own, and so would more of them at once. */
const mostProbes = 64
const atOnce = 8

/** Enough probes to meet a hit connection with 99 % certainty at this toxicity. */
const probesFor = (toxicity: number): number =>
  toxicity >= 1 ? 1 : Math.ceil(Math.log(0.01) / Math.log(1 - toxicity))

/** A share of probes that is as unlikely as this was hit by something else. */
const incredible = 0.001

/** The chance that so many probes or more of `sent` are hit at this toxicity (binomial upper tail). */
const chanceOf = (hit: number, sent: number, toxicity: number): number => {
  if (toxicity >= 1 || hit === 0) return 1
  let term = (1 - toxicity) ** sent
  let below = 0
  for (let count = 0; count < hit; count++) {
    below += term
    term *= ((sent - count) / (count + 1)) * (toxicity / (1 - toxicity))
  }
  return 1 - below
}

/** What the probes through one proxy felt. */
export interface Felt {
  proxy: string
  bit: Evidence['bit']
  observation: string
  /** How many probes there were, and how many of them felt the toxic. */
  sent: number
  hit: number
}

/** Where a probe goes, and how long it took before the fault. */
export interface Through {
  proxy: string
  listen: string
  probe: Edge['probe']
  healthyMs: number
}

/** Probes through one proxy until one feels the toxic, or chance is no excuse. */
export const probeToxic = async <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  options: Options,
  through: Through,
  signal: AbortSignal,
): Promise<Felt> => {
  const needed = probesFor(options.toxicity)
  const results: ProbeResult[] = []
  let felt: ProbeResult[] = []
  while (felt.length === 0 && results.length < Math.min(mostProbes, needed)) {
    const crowd = Math.min(atOnce, needed - results.length)
    const more = await probesAtOnce(crowd, toxic.probe(options), through, signal)
    results.push(...more)
    felt = more.filter((result) => toxic.bites(result, through.healthyMs, options) === true)
  }
  const blind = results.every((result) => toxic.bites(result, through.healthyMs, options) === undefined)
  const counts = {proxy: through.proxy, sent: results.length, hit: felt.length}
  const of = results.length > 1 ? ` (${felt.length} of ${results.length} probes felt it)` : ''
  const seen = `probe through ${through.proxy}: ${shown(felt[0] ?? results[0], through.healthyMs)}${of}`
  if (chanceOf(felt.length, results.length, options.toxicity) < incredible)
    return {
      ...counts,
      bit: 'unknown',
      observation: `${seen}: too many for this share, so it is slow by itself`,
    }
  if (felt.length > 0) return {...counts, bit: 'yes', observation: seen}
  if (blind) return {...counts, bit: 'unknown', observation: `${seen}: a probe cannot tell`}
  if (results.length >= needed) return {...counts, bit: 'no', observation: `${seen}: it was not felt`}
  const chance = `${results.length} probes, none rolled under ${formatPercent(options.toxicity)}`
  return {...counts, bit: 'unknown', observation: `probes through ${through.proxy}: ${chance}`}
}

const probesAtOnce = async (
  crowd: number,
  how: ProbeOptions,
  {listen, probe}: Through,
  signal: AbortSignal,
): Promise<ProbeResult[]> => {
  // One listener on the run's signal for all of them.
  const own = new AbortController()
  const forward = (): void => own.abort()
  signal.addEventListener('abort', forward, {once: true})
  try {
    if (signal.aborted) forward()
    const one = () => probeEdge(listen, probe, {...how, signal: own.signal})
    return await Promise.all(Array.from({length: crowd}, one))
  } finally {
    signal.removeEventListener('abort', forward)
  }
}

const shown = (result: ProbeResult | undefined, healthyMs: number): string =>
  result
    ? `${result.outcome} after ${result.ms.toFixed(1)} ms and ${result.received} bytes (${healthyMs.toFixed(1)} ms before)`
    : 'none sent'
