import {
  type Asking,
  openPrometheus,
  type PrometheusClient,
  type PrometheusOptions,
} from '../clients/prometheus.js'
import type {PrometheusAnswer} from '../clients/prometheus-answers.js'
import {EnvironmentError, UserError} from '../errors.js'
import {type Clock, systemClock} from '../system/clock.js'
import {cautionsOf} from './prometheus-cautions.js'
import {type Intervals, learnIntervals, lookbackFor} from './prometheus-interval.js'
import {fetchSamples} from './prometheus-samples.js'
import {upOf} from './prometheus-targets.js'
import type {ClockReading, MetricSource, QueryResult} from './source.js'

/** Failures that pass (a restart, a gateway that sheds load) are waited out for this long: */
const patience = {
  /** while a guard or a look at how the run stands waits for its answer, */
  askingMs: 5_000,
  /** and when what was observed would be lost. */
  savingMs: 60_000,
}

export interface PrometheusSourceOptions extends PrometheusOptions {
  /** What will be asked for: only the targets behind it are waited for, and set the intervals. All, when there is none. */
  selectors?: readonly string[]
}

const resultOf = ({value, warnings, infos}: PrometheusAnswer): QueryResult => {
  switch (value.type) {
    case 'scalar':
      return {answers: [{labels: {}, value: value.value}], warnings, infos}
    case 'vector':
      return {
        answers: value.samples.map(({labels, value: sample}) => ({labels, value: sample})),
        warnings,
        infos,
      }
    case 'matrix':
      throw new UserError('A range of samples is no answer to judge.', {
        hint: 'Wrap it in a function of ranges, such as max_over_time(…) or increase(…).',
      })
    case 'string':
      throw new UserError('A text is no answer to judge.', {hint: 'Ask for a number or a vector.'})
  }
}

/** When the newest sample of every target that is up was taken, epoch ms. */
const scrapeTimes = async (client: PrometheusClient, up: string, asking: Asking): Promise<number[]> => {
  // Not timestamp(up == 1): of a computed vector, timestamp() is the time of the query.
  const {value} = await client.query(`timestamp(${up}) and ${up} == 1`, undefined, asking)
  return value.type === 'vector' ? value.samples.map((sample) => sample.value * 1000) : []
}

/** How far the server's clock is ahead of ours, as good as half a round trip; none when it does not tell. */
const readClock = async (
  client: PrometheusClient,
  clock: Clock,
  asking?: Asking,
): Promise<ClockReading | undefined> => {
  const sentMs = clock.now()
  const {value} = await client.query('time()', undefined, asking)
  const backMs = clock.now()
  if (value.type !== 'scalar') return undefined
  return {
    source: client.url,
    aheadMs: value.value * 1000 - (sentMs + backMs) / 2,
    withinMs: (backMs - sentMs) / 2,
  }
}

const waitUntilScraped = async (
  client: PrometheusClient,
  clock: Clock,
  {usualMs: intervalMs, up}: Intervals,
  atMs: number,
  signal?: AbortSignal,
): Promise<void> => {
  // A scrape begins within an interval and ends within another; the third is for what the server does with it.
  const limitMs = Math.max(atMs, clock.now()) + 3 * intervalMs
  const pauseMs = Math.min(1000, Math.max(100, intervalMs / 4))
  for (;;) {
    const times = await scrapeTimes(client, up, {signal, patienceMs: patience.savingMs})
    if ((times.length > 0 && times.every((tMs) => tMs > atMs)) || clock.now() >= limitMs) return
    await clock.sleep(pauseMs, signal)
  }
}

/** Some gateways pass on the queries and nothing else: then the version stays unknown. */
const versionOf = async (client: PrometheusClient): Promise<string> => {
  try {
    return await client.version()
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error
    await client.query('vector(1)', undefined, {patienceMs: 0}).catch(() => {
      throw error
    })
    return 'Prometheus of unknown version'
  }
}

/** Throws as `connectPrometheus` when there is no Prometheus to be used at that place; keeps no connection. */
export const reachPrometheus = async (options: PrometheusSourceOptions): Promise<void> => {
  const client = openPrometheus(options)
  try {
    await versionOf(client)
  } finally {
    await client.close()
  }
}

/**
 * Connects to a Prometheus, 2.x or 3.x. Throws UserError for an address that is none or credentials that cannot be
 * read, EnvironmentError when nothing answers there, or something else does. `samples` holds no staleness markers:
 * Prometheus does not hand them out.
 */
export const connectPrometheus = async (options: PrometheusSourceOptions): Promise<MetricSource> => {
  const {clock = systemClock} = options
  const client = openPrometheus(options)
  try {
    const version = await versionOf(client)
    const intervals = await learnIntervals(client, upOf(options.selectors ?? []))
    const {lookbackMs = lookbackFor(intervals)} = options
    const leadMs = (await readClock(client, clock))?.aheadMs ?? 0
    // Below half a second the round trip explains as much.
    const lead = Math.abs(leadMs) < 500 ? '' : `, its clock ${(leadMs / 1000).toFixed(1)} s ahead of ours`
    const {askingMs, savingMs} = patience
    return {
      kind: 'prometheus',
      intervalMs: intervals.usualMs,
      cautions: cautionsOf(options.address?.reveal() ?? options.url, options),
      describe: async () => `${client.url}, ${version}${lead}`,
      query: async (expression, atMs, signal) =>
        resultOf(await client.query(expression, atMs, {signal, lookbackMs, patienceMs: askingMs})),
      samples: (selector, fromMs, toMs, signal, onWarning) =>
        fetchSamples(client, selector, {fromMs, toMs}, {signal, patienceMs: savingMs}, onWarning),
      samplesNow: (selector, fromMs, toMs, signal) =>
        // Who asks now asks again soon: a server that hangs is waited for once, not once more for each half.
        fetchSamples(client, selector, {fromMs, toMs}, {signal, patienceMs: askingMs, slowHalvings: 0}),
      caughtUp: (atMs, signal) => waitUntilScraped(client, clock, intervals, atMs, signal),
      clocks: async (signal) => {
        const reading = await readClock(client, clock, {signal, patienceMs: 0})
        return reading ? [reading] : []
      },
      close: () => client.close(),
    }
  } catch (error) {
    await client.close()
    throw error
  }
}
