import type {RuleGroup} from '../promql/index.js'
import type {ScrapeTarget} from '../scenarios/target.js'
import type {TargetHealth} from './scrape-loop.js'
import type {QueryResult, Series} from './source.js'
import type {StoreTotals} from './store.js'

/** What the metrics thread starts with. */
export interface WorkerOptions {
  targets: ScrapeTarget[]
  intervalMs: number
  maxSamples: number | undefined
  /** Recording rules and alerts that queries may ask about. */
  rules: readonly RuleGroup[]
}

/** What the metrics thread can be asked. Times are epoch ms; windows are `fromMs < t <= toMs`. */
interface Operations {
  query: {asked: {expression: string; atMs: number}; answered: QueryResult}
  samples: {asked: {selector: string; fromMs: number; toMs: number}; answered: Series[]}
  all: {asked: {fromMs: number; toMs: number}; answered: Series[]}
  append: {asked: {series: readonly Series[]}; answered: undefined}
  caughtUp: {asked: {atMs: number}; answered: undefined}
  targets: {asked: Record<string, never>; answered: TargetHealth[]}
  setTargets: {asked: {targets: ScrapeTarget[]}; answered: undefined}
  totals: {asked: Record<string, never>; answered: StoreTotals}
}

export type OperationName = keyof Operations
export type Asked<Name extends OperationName> = Operations[Name]['asked']
export type Answered<Name extends OperationName = OperationName> = Operations[Name]['answered']

/** Main thread → metrics thread. */
export type Request = {
  [Name in OperationName]: {id: number; operation: Name; asked: Asked<Name>}
}[OperationName]

/** An error as it crosses the threads; `kind` says which class to make of it again. */
export interface ErrorMessage {
  kind: 'user' | 'environment' | 'bug'
  message: string
  hint: string | undefined
}

/** Metrics thread → main thread. Answer 0 comes unasked and says that the thread has started. */
export type Reply =
  | {kind: 'warning'; message: string}
  | {kind: 'answer'; id: number; answer: Answered}
  | {kind: 'error'; id: number; error: ErrorMessage}
