import type {PrometheusClient} from '../clients/prometheus.js'
import {asksTooMuch} from '../clients/prometheus-errors.js'
import {UserError} from '../errors.js'
import type {Series} from './source.js'

/** Time covered by one query at most; a busy server's answer stays at some megabytes. */
const longestRangeMs = 30 * 60_000
/** A range that is refused at this length is refused. */
const shortestRangeMs = 1000

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

const fetchOnce = async (
  client: PrometheusClient,
  selector: string,
  fromMs: number,
  toMs: number,
  signal: AbortSignal | undefined,
): Promise<Series[]> => {
  const {value} = await client.query(`${selector}[${toMs - fromMs}ms]`, toMs, signal)
  if (value.type !== 'matrix') throw new UserError(`${selector} is not a vector selector.`)
  return value.series.map((series) => openLeft(series, fromMs)).filter(({t}) => t.length > 0)
}

/** Halves the range when the server says that it holds too many samples. */
const fetchRange = async (
  client: PrometheusClient,
  selector: string,
  fromMs: number,
  toMs: number,
  signal: AbortSignal | undefined,
): Promise<Series[]> => {
  try {
    return await fetchOnce(client, selector, fromMs, toMs, signal)
  } catch (error) {
    if (!asksTooMuch(error) || toMs - fromMs <= shortestRangeMs) throw error
    const middleMs = Math.floor((fromMs + toMs) / 2)
    const early = await fetchRange(client, selector, fromMs, middleMs, signal)
    return join([early, await fetchRange(client, selector, middleMs, toMs, signal)])
  }
}

/**
 * Raw samples with `fromMs < t <= toMs`, fetched as range selectors of at most half an hour each. Prometheus never
 * hands out staleness markers: a series that vanished just ends.
 */
export const fetchSamples = async (
  client: PrometheusClient,
  selector: string,
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
): Promise<Series[]> => {
  // Timestamps are whole milliseconds, so whole bounds choose the same samples.
  const endMs = Math.floor(toMs)
  const blocks: Series[][] = []
  for (let startMs = Math.floor(fromMs); startMs < endMs; startMs += longestRangeMs) {
    const blockEndMs = Math.min(endMs, startMs + longestRangeMs)
    blocks.push(await fetchRange(client, selector, startMs, blockEndMs, signal))
  }
  return join(blocks)
}
