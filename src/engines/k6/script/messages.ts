import type {Plan} from '../../../plan/plan.js'
import type {ReplayEntry} from '../../../scenarios/scenario.js'
import type {Json} from '../../../system/json.js'

/** The counter that each arrival adds one to as it begins, and the metadata that carries its number. */
export const arrivalMetric = 'shakedown_arrivals'
export const numberKey = 'shakedown_n'

/** The counter of arrivals that were not sent, as no user was free in time; and how late is not in time. */
export const skippedMetric = 'shakedown_skipped'
export const lateMs = 50

/** The tag that tells the requests of the load from the one that waits for its start. */
export const loadTag = {key: 'shakedown', load: 'load', gate: 'gate'} as const

/** The counter of ends, where a Prometheus adds up what several k6s saw, and the tags that tell there of an arrival. */
export const endedMetric = 'shakedown_ended'
export const pushedTags = {
  /** In which second of the load it was due, modulo `ScriptInput.pushed.seconds`. */
  second: 'due_second',
  /** Milliseconds, in steps. */
  late: 'late_ms',
  took: 'took_ms',
  code: 'code',
  failure: 'failure',
} as const

/** What a k6 that holds before the load is told, and what it says. */
export type HoldMessage =
  | {step: 'setup'}
  | {step: 'made'; data: Json}
  /** `first` of several, which alone tears down what the setup made. */
  | {step: 'begin'; first: boolean; data: Json}

/** What k6 prints before its summary, where we read that from its log. */
export const summaryMark = 'summary\t'

/** The environment variable that names the file with a `ScriptInput`; without it, that lies beside the script. */
export const inputVariable = 'SHAKEDOWN_K6_INPUT'

export const inputFile = 'input.json'

/** What our script is told by the file that `inputVariable` names. */
export interface ScriptInput {
  plan: Plan
  /** k6's names of the plan's streams, in their order. */
  scenarios: string[]
  /** Virtual users of all streams together. */
  users: number
  /** The endpoints as parsed by Node: k6 has no `URL`. */
  urls: Record<string, {protocol: string; origin: string; pathname: string}>
  /** Answers when the load is to begin; absent where k6 itself is told to begin. */
  gateUrl?: string
  /** Told where a Prometheus adds up what several k6s saw: how their seconds are told, and who starts them. */
  pushed?: {seconds: number; holdUrl: string}
  options: Json
  /** For each stream a file with its arrivals, where those are listed; null where k6 sends at rates. */
  lists: (string | null)[]
}

/** An arrival whose time is known, of a replay with what is sent. */
export type ListedArrival = {atMs: number} | ReplayEntry
