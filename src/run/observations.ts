import {upOf} from '../metrics/prometheus-targets.js'
import type {MetricSource, Series} from '../metrics/source.js'
import {loadInstance} from '../plan/load-metrics/state.js'
import {loadPrefix} from '../plan/load-metrics/subject.js'
import type {Plan, PlannedPhase} from '../plan/plan.js'
import {allSelectors, selectorsBehind, selectorsFor} from '../plan/selectors.js'
import {durationText} from '../promql/index.js'
import {type PhaseName, phaseNames, type QueryObjective} from '../scenarios/scenario.js'
import type {Recorder} from './recorder.js'
import {type WriteSamples, writeSamplesTo} from './write-samples.js'

/** Samples from this long before the first request are saved too: counts need a value from before the phase. */
const leadMs = 30_000

/** Tells of restarts where no control API does: of the jobs that the plan looks at, when its selectors name them. */
const startTimes = (plan: Plan): string[] => {
  const up = upOf(allSelectors(plan))
  if (plan.target.control || plan.target.kubernetes || up === 'up') return []
  return [up.replace(/^up/, 'process_start_time_seconds')]
}

/** A Prometheus has samples from before the run, which rules that look further back need from the first one on. */
const leadFor = ({scenario}: Plan, {kind}: MetricSource): number => {
  const reaches = kind === 'prometheus' ? selectorsBehind(scenario).map(({rangeMs = 0}) => rangeMs) : []
  return Math.max(leadMs, ...reaches.map((reachMs) => leadMs + reachMs))
}

/** The record holds the seconds of load themselves; the samples made from them are made again when they are asked for. */
const isOfLoad = ({labels: {__name__: name = '', job, instance}}: Series): boolean =>
  name.startsWith(loadPrefix) && job === loadInstance.job && instance === loadInstance.instance

/** Copies what was observed into the record: everything scraped, or what the scenario needs of a Prometheus. */
export class ObservationSaver {
  readonly #plan: Plan
  readonly #metrics: MetricSource
  readonly #recorder: Recorder
  readonly #write: WriteSamples
  #savedMs: number

  constructor(plan: Plan, metrics: MetricSource, recorder: Recorder, startedMs: number) {
    this.#plan = plan
    this.#metrics = metrics
    this.#recorder = recorder
    this.#write = writeSamplesTo(recorder)
    this.#savedMs = startedMs - leadFor(plan, metrics)
  }

  /** Saves all samples since the last call, up to `toMs`. */
  async saveSamples(toMs: number, signal?: AbortSignal): Promise<void> {
    const fromMs = this.#savedMs
    if (this.#metrics.all) {
      const all = await this.#metrics.all(fromMs, toMs)
      this.#write(all.filter((series) => !isOfLoad(series)))
    } else {
      for (const selector of [...allSelectors(this.#plan), ...startTimes(this.#plan)]) {
        const doubt = (message: string): void => this.#doubt(selector, message, toMs)
        this.#write(await this.#metrics.samples(selector, fromMs, toMs, signal, doubt), selector)
      }
    }
    this.#savedMs = toMs
  }

  /** Saves what a real Prometheus answers to the scenario's queries at the end of a phase. */
  async saveAnswers(phase: PlannedPhase, startedMs: number, signal?: AbortSignal): Promise<void> {
    const name = phase.name
    if (this.#metrics.kind !== 'prometheus' || !isJudged(name)) return
    const atMs = startedMs + phase.endMs
    const length = durationText(phase.endMs - phase.startMs)
    const asked = this.#plan.scenario.objectives.filter(
      (objective): objective is QueryObjective =>
        objective.kind === 'query' && objective.during.includes(name),
    )
    for (const {query} of asked) {
      const found = await this.#metrics.query(query.replaceAll('$phase', length), atMs, signal)
      const {answers, warnings, infos = []} = found
      const remarks = infos.length > 0 ? {infos} : {}
      this.#recorder.write({kind: 'answer', query, phase: name, atMs, answers, warnings, ...remarks})
    }
  }

  /** The source says that what it handed out may not be all: written down with the objectives it matters to. */
  #doubt(selector: string, said: string, atMs: number): void {
    const about = this.#plan.scenario.objectives
      .filter((objective) => selectorsFor(objective).includes(selector))
      .flatMap((objective) =>
        objective.kind === 'latency' ? [objective.latency] : objective.kind === 'ratio' ? [selector] : [],
      )
    const message = `Prometheus warns about ${selector}: ${said}`
    this.#recorder.write({kind: 'event', atMs, event: 'warning', message, about: [...new Set(about)]})
  }
}

const isJudged = (name: string): name is PhaseName => (phaseNames as readonly string[]).includes(name)
