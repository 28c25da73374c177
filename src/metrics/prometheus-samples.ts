import type {Asking, PrometheusClient} from '../clients/prometheus.js'
import {tooMuchOf} from '../clients/prometheus-errors.js'
import {UserError} from '../errors.js'
import type {Series} from './source.js'

/** Time covered by one query at most; a busy server's answer stays at some megabytes. */
const longestRangeMs = 30 * 60_000
/** A range that is refused at this length is refused. */
const shortestRangeMs = 1000
/** Half an hour becomes four minutes. */
const mostSlowHalvings = 3

const keyOf = (labels: Series['labels']): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Joins the blocks of each series; blocks come in time order. */
const join = (blocks: Series[][]): Series[] => {
  const joined = new Map<string, Series>()
  for (const block of blocks.flat()) {
    const key = keyOf(block.labels)
    const before = joined.get(key)
    joined.set(
      key,
      before ? {labels: block.labels, t: before.t.concat(block.t), v: before.v.concat(block.v)} : block,
    )
  }
  return [...joined.values()]
}

/** Samples with `fromMs < t`: Prometheus 3 leaves the left edge of a range out already, Prometheus 2 does not. */
const openLeft = ({labels, t, v}: Series, fromMs: number): Series => {
  const first = t.findIndex((tMs) => tMs > fromMs)
  return first === 0
    ? {labels, t, v}
    : first === -1
      ? {labels, t: [], v: []}
      : {labels, t: t.slice(first), v: v.slice(first)}
}

/** One fetch of raw samples: from whom, of what, and who is told of the server's warnings. */
interface Fetch {
  client: PrometheusClient
  selector: string
  asking: Asking
  onWarning: (warning: string) => void
}

/** How to ask for a range. */
interface Fetching extends Asking {
  /** How often a range whose answer takes too long is halved; each time costs the time limit once more. */
  slowHalvings?: number
}

const fetchOnce = async (
  {client, selector, asking, onWarning}: Fetch,
  fromMs: number,
  toMs: number,
): Promise<Series[]> => {
  const {value, warnings} = await client.query(`${selector}[${toMs - fromMs}ms]`, toMs, asking)
  if (value.type !== 'matrix') throw new UserError(`${selector} is not a vector selector.`)
  for (const warning of warnings) onWarning(warning)
  return value.series.map((series) => openLeft(series, fromMs)).filter(({t}) => t.length > 0)
}

/**
 * Halves the range when the server says that it holds too many samples, or when the answer is too large. One that takes
 * too long is halved a few times only: a server that hangs takes as long for a second as for half an hour.
 */
const fetchRange = async (
  fetch: Fetch,
  fromMs: number,
  toMs: number,
  slowHalvings: number,
): Promise<Series[]> => {
  try {
    return await fetchOnce(fetch, fromMs, toMs)
  } catch (error) {
    const tooMuch = tooMuchOf(error)
    const left = tooMuch === 'time' ? slowHalvings - 1 : slowHalvings
    if (tooMuch === undefined || left < 0 || toMs - fromMs <= shortestRangeMs) throw error
    const middleMs = Math.floor((fromMs + toMs) / 2)
    const early = await fetchRange(fetch, fromMs, middleMs, left)
    return join([early, await fetchRange(fetch, middleMs, toMs, left)])
  }
}

/**
 * Raw samples with `fromMs < t <= toMs`, fetched as range selectors of at most half an hour each. Prometheus never
 * hands out staleness markers: a series that vanished just ends. `onWarning` is told each warning of the server once.
 */
export const fetchSamples = async (
  client: PrometheusClient,
  selector: string,
  window: {fromMs: number; toMs: number},
  {slowHalvings = mostSlowHalvings, ...asking}: Fetching,
  onWarning: (warning: string) => void = () => {},
): Promise<Series[]> => {
  // Timestamps are whole milliseconds, so whole bounds choose the same samples.
  const endMs = Math.floor(window.toMs)
  const warnings = new Set<string>()
  const fetch = {client, selector, asking, onWarning: (warning: string) => void warnings.add(warning)}
  const blocks: Series[][] = []
  for (let startMs = Math.floor(window.fromMs); startMs < endMs; startMs += longestRangeMs) {
    blocks.push(await fetchRange(fetch, startMs, Math.min(endMs, startMs + longestRangeMs), slowHalvings))
  }
  for (const warning of warnings) onWarning(warning)
  return join(blocks)
}
