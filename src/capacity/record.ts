import type {RecordHeader, SourceText} from '../run/record.js'
import type {SearchOptions} from './search-options.js'
import type {Trial} from './trial.js'

/** Version of the capacity record; readers accept every version up to theirs. */
export const capacityVersion = 1

/** What was asked for, to go on where a search was left, and to judge it. */
export interface CapacityAsked {
  mode: 'quick' | 'thorough'
  /** In place of the scenario's own. */
  target?: string
  engine?: string
  /** Without its password. */
  prometheus?: string
  toxiproxy?: string
  /** Protection switches that are set during the search, as typed. */
  switch?: string[]
  /** How many replicas of some workloads the target was started with; in a cluster it was scaled to them. */
  replicas?: Record<string, number>
  /** Workloads of which one replica is taken away. */
  without: string[]
  /** Faults of the scenario that are in force during a search of their own. */
  with: string[]
  /** Whether more than the capacity is tried, too. */
  overload: boolean
  atLeastPerSecond?: number
  expectedPeakPerSecond?: number
  pricePerHour?: number
}

/** First line of `capacity.jsonl.gz`: everything that was known before the first request. */
export interface CapacityHeader {
  kind: 'capacity'
  capacityVersion: number
  runId: string
  /** Epoch ms. */
  createdMs: number
  scenario: string
  source: SourceText
  target: string
  /** Where the target runs, if that is a cluster. */
  cluster?: {context?: string; namespace: string}
  engine: string
  seed: number
  options: SearchOptions
  asked: CapacityAsked
  /** What trials are judged by, in words, and what of the scenario is not asked. */
  objectives: string[]
  leftOut: {name: string; why: string}[]
  lossAllowed: number
  /** How far the lower bound is below the rate that held, as a fraction. */
  allowance: number
  /** Replicas of each workload of the target. */
  replicas: Record<string, number>
  versions: RecordHeader['versions']
  machine: RecordHeader['machine']
  /** The run that this one goes on from. */
  resumed?: string
}

/** A trial of a leg: `whole`, `overload`, `without W`, `with F`. */
export interface TrialLine {
  kind: 'trial'
  leg: string
  trial: Trial
}

/** A fault that was held in force during a leg. */
export interface HeldLine {
  kind: 'held'
  leg: string
  atMs: number
  does: string
  bit: 'yes' | 'no' | 'unknown'
  observations: string[]
}

/** What callers noticed when one replica went, at a rate that the others carry. */
export interface DipLine {
  kind: 'dip'
  leg: string
  /** Epoch ms at which it was taken away. */
  atMs: number
  trial: Trial
}

export interface NoteLine {
  kind: 'note'
  atMs: number
  message: string
}

/** A leg that was asked for and is not to be had, with the reason. */
export interface MissingLine {
  kind: 'missing'
  leg: string
  why: string
}

/** Last line. Without it the search was cut off. */
export interface CapacityEnd {
  kind: 'capacity-end'
  atMs: number
  ended: 'completed' | 'interrupted' | 'error'
  message?: string
  residual: {fault: string; message: string; remedy: string}[]
}

export type CapacityLine =
  | CapacityHeader
  | TrialLine
  | HeldLine
  | DipLine
  | NoteLine
  | MissingLine
  | CapacityEnd

/** The legs that are always there. */
export const wholeLeg = 'whole'
export const overloadLeg = 'overload'
export const withoutLeg = (workload: string): string => `without ${workload}`
export const withLeg = (fault: string): string => `with ${fault}`
