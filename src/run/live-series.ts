import type {LoadSecond} from '../engines/engine.js'
import type {MetricSource, Series} from '../metrics/source.js'
import {createLoadSeries, type LoadSeries} from '../plan/load-metrics/series.js'
import type {LoadSample} from '../plan/load-metrics/state.js'
import {loadPrefix, loadSubjectOf} from '../plan/load-metrics/subject.js'
import type {Plan} from '../plan/plan.js'
import {selectorsFor} from '../plan/selectors.js'

/** Series of the objectives while a run goes on. */
export interface LiveSource {
  series: Series[]
}

/** Counts need a sample from before the first request. */
const leadMs = 15_000
/** A scrape that began this long ago may come in only now. */
const lateMs = 5_000

const identity = (labels: Series['labels']): string => JSON.stringify(Object.entries(labels).sort())

/**
 * The samples of the objectives so far, fetched piece by piece while a run goes on. The metrics of the load are made from
 * its seconds, so that they are there whatever the source is: a Prometheus does not have them.
 */
export class LiveSeries {
  readonly intervalMs: number
  readonly #metrics: MetricSource
  readonly #selectors: string[]
  readonly #load: LoadSeries | undefined
  readonly #series = new Map<string, Series>()
  #fromMs: number
  #loadUntilMs: number

  constructor(plan: Plan, metrics: MetricSource, startedMs: number) {
    const all = [...new Set(plan.scenario.objectives.flatMap(selectorsFor))]
    this.#selectors = all.filter((selector) => !selector.startsWith(loadPrefix))
    this.#load =
      all.length > this.#selectors.length ? createLoadSeries(loadSubjectOf(plan.scenario)) : undefined
    this.#metrics = metrics
    this.intervalMs = metrics.intervalMs
    this.#fromMs = startedMs - leadMs
    this.#loadUntilMs = startedMs
    this.#add(this.#load?.begin(startedMs) ?? [])
  }

  /** The end of the last second of the load that is known, epoch ms. */
  get loadUntilMs(): number {
    return this.#loadUntilMs
  }

  /** Takes in a second of the load. */
  second(second: LoadSecond): void {
    this.#loadUntilMs = second.startMs + 1000
    this.#add(this.#load?.add(second) ?? [])
  }

  /** Everything known up to a time; fetches what is new of it. */
  async upTo(toMs: number, signal?: AbortSignal): Promise<Series[]> {
    for (const selector of this.#selectors) {
      for (const {labels, t, v} of await this.#fetch(selector, toMs, signal)) {
        const series = this.#seriesOf(labels)
        const lastMs = series.t.at(-1) ?? Number.NEGATIVE_INFINITY
        const first = t.findIndex((tMs) => tMs > lastMs)
        if (first < 0) continue
        series.t.push(...t.slice(first))
        series.v.push(...v.slice(first))
      }
    }
    this.#fromMs = Math.max(this.#fromMs, toMs - lateMs - this.intervalMs)
    return [...this.#series.values()]
  }

  async #fetch(selector: string, toMs: number, signal?: AbortSignal): Promise<Series[]> {
    const metrics = this.#metrics
    // Whoever asks looks again in a second: waiting for a source that is away would leave guards blind for longer.
    if (metrics.samplesNow) return await metrics.samplesNow(selector, this.#fromMs, toMs, signal)
    return await metrics.samples(selector, this.#fromMs, toMs, signal)
  }

  #add(samples: readonly LoadSample[]): void {
    for (const {labels, tMs, value} of samples) {
      const series = this.#seriesOf(labels)
      series.t.push(tMs)
      series.v.push(value)
    }
  }

  #seriesOf(labels: Series['labels']): Series {
    const key = identity(labels)
    const series = this.#series.get(key) ?? {labels, t: [], v: []}
    this.#series.set(key, series)
    return series
  }
}
