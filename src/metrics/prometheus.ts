import {openPrometheus, type PrometheusClient} from '../clients/prometheus.js'
import type {PrometheusAnswer} from '../clients/prometheus-answers.js'
import {UserError} from '../errors.js'
import {type Clock, systemClock} from '../system/clock.js'
import {learnInterval} from './prometheus-interval.js'
import {fetchSamples} from './prometheus-samples.js'
import type {MetricSource, QueryResult} from './source.js'

export interface PrometheusSourceOptions {
  /** With a path prefix if the server has one; `user:password@` becomes basic authentication and is never printed. */
  url: string
  headers?: Record<string, string>
  clock?: Clock
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
const scrapeTimes = async (client: PrometheusClient, signal?: AbortSignal): Promise<number[]> => {
  // Not timestamp(up == 1): of a computed vector, timestamp() is the time of the query.
  const {value} = await client.query('timestamp(up) and up == 1', undefined, signal)
  return value.type === 'vector' ? value.samples.map((sample) => sample.value * 1000) : []
}

/** How far the server's clock is ahead of ours, as good as half a round trip. */
const clockLead = async (client: PrometheusClient, clock: Clock): Promise<number> => {
  const sentMs = clock.now()
  const {value} = await client.query('time()', undefined)
  const middleMs = (sentMs + clock.now()) / 2
  return value.type === 'scalar' ? value.value * 1000 - middleMs : 0
}

const waitUntilScraped = async (
  client: PrometheusClient,
  clock: Clock,
  intervalMs: number,
  atMs: number,
  signal?: AbortSignal,
): Promise<void> => {
  // A scrape begins within an interval and ends within another; the third is for what the server does with it.
  const limitMs = Math.max(atMs, clock.now()) + 3 * intervalMs
  const pauseMs = Math.min(1000, Math.max(100, intervalMs / 4))
  for (;;) {
    const times = await scrapeTimes(client, signal)
    if ((times.length > 0 && times.every((tMs) => tMs > atMs)) || clock.now() >= limitMs) return
    await clock.sleep(pauseMs, signal)
  }
}

/**
 * Connects to a Prometheus, 2.x or 3.x. Throws UserError for an address that is none, EnvironmentError when nothing
 * answers there, or something else does. `samples` holds no staleness markers: Prometheus does not hand them out.
 */
export const connectPrometheus = async (options: PrometheusSourceOptions): Promise<MetricSource> => {
  const {clock = systemClock} = options
  const client = openPrometheus(options)
  try {
    const version = await client.version()
    const intervalMs = await learnInterval(client)
    const leadMs = await clockLead(client, clock)
    // Below half a second the round trip explains as much.
    const lead = Math.abs(leadMs) < 500 ? '' : `, its clock ${(leadMs / 1000).toFixed(1)} s ahead of ours`
    return {
      kind: 'prometheus',
      intervalMs,
      describe: async () => `${client.url}, Prometheus ${version}${lead}`,
      query: async (expression, atMs, signal) => resultOf(await client.query(expression, atMs, signal)),
      samples: (selector, fromMs, toMs, signal) => fetchSamples(client, selector, fromMs, toMs, signal),
      caughtUp: (atMs, signal) => waitUntilScraped(client, clock, intervalMs, atMs, signal),
      close: () => client.close(),
    }
  } catch (error) {
    await client.close()
    throw error
  }
}
