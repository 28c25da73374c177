import type {ProxyState} from '../clients/toxiproxy.js'
import type {LoadSecond, LoadTotals} from '../engines/engine.js'
import type {Evidence} from '../faults/fault.js'
import type {Answer, ClockReading, Series} from '../metrics/source.js'
import type {Plan} from '../plan/plan.js'
import type {AnyPhase, PhaseName} from '../scenarios/scenario.js'

/** Version of the record's format; readers accept every version up to theirs, see docs/record.md. */
export const recordVersion = 2

/** A file as read. */
export interface SourceText {
  path: string
  text: string
}

/** First line: everything that was known before the first request. */
export interface RecordHeader {
  kind: 'header'
  recordVersion: number
  runId: string
  /** Epoch ms at which the header was written. */
  createdMs: number
  /** Path and text of the scenario file as read, and of the rule and SLO files that it names. */
  source: SourceText & {files?: SourceText[]}
  plan: Plan
  seed: number
  /** What the command asked for instead of what the scenario says; without secrets. */
  asked?: {
    target?: string
    engine?: string
    prometheus?: string
    toxiproxy?: string
    switches?: Plan['switches']
    early?: boolean
  }
  /** `counterfactual` when the protections were switched off on purpose. */
  mode: 'normal' | 'counterfactual'
  versions: {shakedown: string; node: string; toxiproxy?: string; metrics: string}
  machine: {platform: string; cpus: number; cpuModel: string; memoryBytes: number}
  /** How often samples are taken. */
  sampleIntervalMs: number
}

/** What was known of a share when a test that may be looked at any time was certain of it; shares are fractions. */
export interface Decision {
  state: 'met' | 'missed'
  /** Evidence against the opposite: how many times as likely the counts are without it. */
  eValue: number
  good: number
  total: number
  /** Independent events that the counts are worth. */
  effective: number
  /** Share of good events in the whole phase, if it goes on as it did, and the interval of the confidence sequence. */
  estimate: number
  low: number
  high: number
}

/** Something that happened, at an epoch time. */
export type RunEvent = {kind: 'event'; atMs: number} & (
  | {event: 'load-started'}
  | {event: 'phase-started'; phase: AnyPhase}
  /** `early`: why it ended before its planned end, where it did. */
  | {event: 'phase-ended'; phase: AnyPhase; early?: string}
  /** There was nothing left that a dip of the load could have shown: it was left out, and the run was over. */
  | {event: 'dip-left-out'; message: string}
  /** An objective was certain before its phase was over, and that is what its verdict rests on. */
  | ({event: 'objective-decided'; objective: string; phase: PhaseName} & Decision)
  | {event: 'fault-asked' | 'fault-applied' | 'fault-undone'; fault: string}
  /** The strength at which it was looked at, where that varies. */
  | {event: 'fault-seen'; fault: string; level?: number; evidence: Evidence}
  /** From now on it has this strength, see FaultLevel; the first one comes with `fault-applied`. */
  | {event: 'fault-level'; fault: string; level: number}
  /** It was to have this strength, and kept the one before, as far as is known. */
  | {event: 'fault-level-failed'; fault: string; level: number; message: string}
  | {event: 'fault-failed'; fault: string; message: string}
  | {event: 'undo-failed'; fault: string; message: string; remedy: string}
  | {event: 'switches-set'; switches: Plan['switches']}
  | {event: 'switches-restored'}
  | {event: 'guard-tripped'; guard: string; message: string}
  /** `workload`: of a cluster, where replicas come and go under new names. */
  | {event: 'replica'; replica: string; state: string; pid: number; restarts: number; workload?: string}
  /** A proxy of the target as it was found, and each time it had changed; without a state it is gone. */
  | {event: 'proxy'; proxy: string; state?: Omit<ProxyState, 'name'>}
  /** How far the clock that dates samples is ahead of ours, see ClockReading. */
  | ({event: 'clock'} & ClockReading)
  /** A load that rises until something breaks did so at this rate; there the run was complete. */
  | {event: 'breakpoint'; objective: string; ratePerSecond: number; message: string}
  | {event: 'interrupted'; message: string}
  | {event: 'error'; message: string; hint?: string}
  /** `about`: selectors (or the latency) of objectives that it casts doubt on. */
  | {event: 'warning'; message: string; about?: string[]}
  | {event: 'note'; message: string}
)

export interface LoadLine extends LoadSecond {
  kind: 'load'
}

/** Gives a series its number, before its first samples: the first line of its kind says 0, the next one 1, and so on. */
export interface SeriesLine {
  kind: 'series'
  id: number
  labels: Series['labels']
  /** The selector that first asked for it; absent when everything scraped is saved. */
  selector?: string
}

/** Raw samples of series that have them at the same times; what a series has comes in several blocks, in time order. */
export interface BlockLine {
  kind: 'block'
  /** Epoch ms. */
  t: number[]
  /** For each series its number and, for each time, its value; a staleness marker is `null`. */
  v: [id: number, ...values: (number | null)[]][]
}

/** Raw samples of one series, as version 1 wrote them: with its labels each time. */
export interface SamplesLine {
  kind: 'samples'
  selector?: string
  series: Series
}

/** What a real Prometheus answered to a query of the scenario. */
export interface AnswerLine {
  kind: 'answer'
  /** As written in the scenario, before `$phase` is filled in. */
  query: string
  phase: PhaseName
  atMs: number
  answers: Answer[]
  warnings: string[]
  /** Remarks that do not weaken the answer. */
  infos?: string[]
}

/** Last line. Without it the run was cut off. */
export interface RecordEnd {
  kind: 'end'
  atMs: number
  ended: 'completed' | 'guard' | 'interrupted' | 'error'
  totals?: LoadTotals
  /** Faults that could not be undone, with what would fix each. */
  residual: {fault: string; message: string; remedy: string}[]
}

export type RecordLine =
  | RecordHeader
  | RunEvent
  | LoadLine
  | SeriesLine
  | BlockLine
  | SamplesLine
  | AnswerLine
  | RecordEnd

/** Everything observed in a run, as read back from its file. */
export interface RunRecord {
  header: RecordHeader
  events: RunEvent[]
  load: LoadSecond[]
  /** Blocks of one series joined. */
  series: Series[]
  answers: AnswerLine[]
  /** Absent when the run was cut off. */
  end?: RecordEnd
}
