import type {PrometheusClient} from '../clients/prometheus.js'
import {EnvironmentError} from '../errors.js'
import {parseDuration} from '../scenarios/quantities.js'

/** What Prometheus itself takes when its configuration says nothing is a minute; most configurations say 15 s. */
const assumedIntervalMs = 15_000

/** The middle one of the times between neighbouring samples; `undefined` when no series has two. */
export const medianSpacing = (series: {t: number[]}[]): number | undefined => {
  const spacings = series
    .flatMap(({t}) => t.slice(1).map((tMs, index) => tMs - (t[index] ?? tMs)))
    .sort((a, b) => a - b)
  return spacings[Math.floor(spacings.length / 2)]
}

/** A server may keep its configuration to itself; then nothing is learnt from it. */
const configuredInterval = async (
  client: PrometheusClient,
  signal?: AbortSignal,
): Promise<number | undefined> => {
  const yaml = await client.config(signal).catch((error: unknown) => {
    if (error instanceof EnvironmentError) return ''
    throw error
  })
  const written = /^\s*scrape_interval:\s*(\S+)/m.exec(yaml)?.[1]
  return written === undefined ? undefined : parseDuration(written) || undefined
}

/**
 * How often a Prometheus scrapes, in ms: the median spacing of the samples of `up` in its last five minutes, else
 * what its configuration says, else 15 s.
 */
export const learnInterval = async (client: PrometheusClient, signal?: AbortSignal): Promise<number> => {
  const {value} = await client.query('up[5m]', undefined, signal)
  const seen = value.type === 'matrix' ? medianSpacing(value.series) : undefined
  return seen ?? (await configuredInterval(client, signal)) ?? assumedIntervalMs
}
