import type {Asking, PrometheusClient} from '../clients/prometheus.js'
import {tooMuchOf} from '../clients/prometheus-errors.js'
import {EnvironmentError} from '../errors.js'
import {parseDuration} from '../scenarios/quantities.js'

/** What Prometheus itself takes when its configuration says nothing is a minute; most configurations say 15 s. */
const assumedIntervalMs = 15_000

/** How often a Prometheus takes samples, in ms. */
export interface Intervals {
  /** Between two samples of most targets. */
  usualMs: number
  /** Between two samples of the slowest target, or between two evaluations of rules when it has rules. */
  slowestMs: number
  /** The series that were looked at: those asked for, or `up` when there are no samples of those. */
  up: string
}

/** The middle one of the times between neighbouring samples; `undefined` when no series has two. */
export const medianSpacing = (series: {t: number[]}[]): number | undefined => {
  const spacings = series
    .flatMap(({t}) => t.slice(1).map((tMs, index) => tMs - (t[index] ?? tMs)))
    .sort((a, b) => a - b)
  return spacings[Math.floor(spacings.length / 2)]
}

/** A server may keep its configuration to itself; then nothing is learnt from it. */
const readConfig = async (client: PrometheusClient, asking?: Asking): Promise<string> =>
  await client.config(asking).catch((error: unknown) => {
    if (error instanceof EnvironmentError) return ''
    throw error
  })

const configured = (yaml: string, key: string): number | undefined => {
  const written = new RegExp(`^\\s*${key}:\\s*(\\S+)`, 'm').exec(yaml)?.[1]
  return written === undefined ? undefined : parseDuration(written) || undefined
}

/** The samples of `up` in the last five minutes; none when they are too many to hand out. */
const recentUp = async (client: PrometheusClient, up: string, asking?: Asking): Promise<{t: number[]}[]> => {
  try {
    const {value} = await client.query(`${up}[5m]`, undefined, asking)
    return value.type === 'matrix' ? value.series : []
  } catch (error) {
    if (tooMuchOf(error)) return []
    throw error
  }
}

/**
 * How often a Prometheus scrapes: the median spacing of the samples of `asked` (`up`, or some of it) in its last five
 * minutes, else of all of `up`, else what its configuration says, else 15 s.
 */
export const learnIntervals = async (
  client: PrometheusClient,
  asked: string,
  asking?: Asking,
): Promise<Intervals> => {
  const own = asked === 'up' ? [] : await recentUp(client, asked, asking)
  const up = own.length > 0 ? own : await recentUp(client, 'up', asking)
  const yaml = await readConfig(client, asking)
  const usualMs = medianSpacing(up) ?? configured(yaml, 'scrape_interval') ?? assumedIntervalMs
  const rules = /^rule_files:/m.test(yaml) ? (configured(yaml, 'evaluation_interval') ?? 0) : 0
  const slowestMs = up.reduce((most, series) => Math.max(most, medianSpacing([series]) ?? 0), rules)
  return {usualMs, slowestMs: Math.max(usualMs, slowestMs), up: own.length > 0 ? asked : 'up'}
}

const slack = 3
const shortestLookbackMs = 5_000
/** Prometheus's own default: nobody expects an older sample to answer. */
const longestLookbackMs = 300_000

/**
 * How old a sample may be and still answer an instant query: three intervals of the slowest target, from 5 s to 5 min.
 * With Prometheus's own five minutes, a gauge that somebody stopped writing would outlive the phase it is asked in.
 */
export const lookbackFor = ({slowestMs}: Pick<Intervals, 'slowestMs'>): number =>
  Math.min(longestLookbackMs, Math.max(shortestLookbackMs, slack * slowestMs))
