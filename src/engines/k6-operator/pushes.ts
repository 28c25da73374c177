import type {PrometheusClient} from '../../clients/prometheus.js'
import {systemClock} from '../../system/clock.js'
import {arrivalMetric, endedMetric, skippedMetric} from '../k6/script/messages.js'

/** What was added to one series, as a runner told it. */
export interface Push {
  labels: Record<string, string>
  /** By the runner's clock: when the latest of it happened. */
  tMs: number
  count: number
  /** Of a native histogram: the middle of the bucket that it was added to, in seconds. */
  tookSeconds?: number
}

/** As k6 names its metrics on the way to a Prometheus. */
export const names = {
  arrivals: `k6_${arrivalMetric}_total`,
  skipped: `k6_${skippedMetric}_total`,
  dropped: 'k6_dropped_iterations_total',
  /** Of our own requests. */
  ended: `k6_${endedMetric}_total`,
  /** Of a script of the user's. */
  iterations: 'k6_iterations_total',
  requests: 'k6_http_reqs_total',
  durations: 'k6_http_req_duration_seconds',
}

/** A push comes at most so long after what it tells of, clocks that differ included. */
const lagSeconds = 30

/** The middle of a bucket: its bounds are a power apart. */
const middle = (low: number, high: number): number =>
  low <= 0 || !Number.isFinite(high) ? Math.max(0, Number.isFinite(high) ? high : low) : Math.sqrt(low * high)

/**
 * Reads what the runners of one load have pushed, each time what is new since the last time. A class because it keeps
 * how far each series was: those of a k6 only grow, and each tells when.
 */
export class PushReader {
  readonly #client: PrometheusClient
  readonly #selector: string
  readonly #metrics: string[]
  readonly #seen = new Map<string, {tMs: number; value: number}>()
  #readMs = systemClock.now()

  constructor(client: PrometheusClient, testid: string, isScript: boolean) {
    this.#client = client
    this.#selector = `testid="${testid}",scenario!=""`
    const {arrivals, skipped, dropped, ended, iterations, requests, durations} = names
    this.#metrics = isScript
      ? [arrivals, skipped, dropped, iterations, requests, durations]
      : [arrivals, skipped, dropped, ended]
  }

  /** Throws EnvironmentError when the Prometheus does not answer; what was not read is then read the next time. */
  async read(signal: AbortSignal): Promise<Push[]> {
    const askedMs = systemClock.now()
    const range = Math.ceil((askedMs - this.#readMs) / 1000) + lagSeconds
    const expression = `{__name__=~"${this.#metrics.join('|')}",${this.#selector}}[${range}s]`
    // One that is away for a moment is asked again a second later.
    const {value, histograms = []} = await this.#client.query(expression, undefined, {signal, patienceMs: 0})
    this.#readMs = askedMs
    const counters = value.type === 'matrix' ? value.series : []
    return [
      ...counters.flatMap(({labels, t, v}) =>
        t.flatMap((tMs, index) => this.#added(labels, '', {tMs, value: v[index] ?? 0})),
      ),
      ...histograms.flatMap(({labels, points}) =>
        points.flatMap(({tMs, buckets}) =>
          buckets.flatMap(({low, high, count}) =>
            this.#added(labels, `${low} ${high}`, {tMs, value: count}).map((push) => ({
              ...push,
              tookSeconds: middle(low, high),
            })),
          ),
        ),
      ),
    ].sort((one, other) => one.tMs - other.tMs)
  }

  #added(labels: Push['labels'], part: string, now: {tMs: number; value: number}): Push[] {
    const key = `${part} ${JSON.stringify(labels)}`
    const {tMs, value} = this.#seen.get(key) ?? {tMs: 0, value: 0}
    if (now.tMs <= tMs) return []
    this.#seen.set(key, now)
    const count = Math.round(now.value - value)
    return count > 0 ? [{labels, tMs: now.tMs, count}] : []
  }

  /** Whether it is one of the metrics that are read. */
  reads(metric: string): boolean {
    return this.#metrics.includes(metric)
  }

  /** What each runner has told so far of a metric, by its number from 1. */
  sums(metric: string): Map<string, number> {
    const sums = new Map<string, number>()
    for (const [key, {value}] of this.#seen) {
      if (!key.startsWith(' ')) continue
      // Written by ourselves, above.
      const labels = JSON.parse(key) as Push['labels']
      const runner = labels['instance_id'] ?? ''
      if (labels['__name__'] === metric) sums.set(runner, (sums.get(runner) ?? 0) + value)
    }
    return sums
  }
}
