import type {Outcome} from '../../exit-codes.js'

/** Version of the proof's JSON. */
export const proofVersion = 1

/**
 * What two runs show about a scenario's protection.
 *
 *   proven      with it the objectives hold under the fault, without it they are missed, and where they must be
 *   disproven   they are missed under the fault although it is on
 *   vacuous     they hold without it, too (or are missed elsewhere): the scenario shows nothing about it
 *   undecided   a run was no experiment, or decided nothing
 */
export type Finding = 'proven' | 'disproven' | 'vacuous' | 'undecided'

export interface Proof {
  proofVersion: number
  scenario: string
  /** Rows of the resiliency matrix, from the scenario. */
  proves: string[]
  finding: Finding
  /** One sentence. */
  summary: string
  /** What to do about it, where something is to be done. */
  advice: string[]
  /** Fault off and on, protection on and off: four cells of two runs, as each run begins without the fault. */
  cells: Cell[]
  runs: ProofRun[]
}

export interface Cell {
  fault: 'off' | 'on'
  protection: 'on' | 'off'
  /** `not run` where it could change nothing any more. */
  outcome: 'held' | 'missed' | 'undecided' | 'not run'
  /** Objectives that were missed, by name. */
  missed: string[]
}

/** One of the runs, in short. */
export interface ProofRun {
  protection: 'on' | 'off'
  outcome: Outcome
  summary: string
  runId: string
  record: string
  seed: number
}
