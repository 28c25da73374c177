import type {z} from 'zod'
import type {Finding} from './findings.js'
import type {PromqlReader} from './promql-reader.js'
import type {RelativeObjective, SavedCounts, Scenario} from './scenario.js'

/** A fault as far as files are concerned. */
export interface KnownFault {
  summary: string
  options: z.ZodType
  example: string
  /** Its strength can change while it lasts: it takes an envelope. */
  adjustable: boolean
}

/** What PromQL is for: a number to judge, out of one series or several, or counters to count. */
export type QueryKind = 'single' | 'expression' | 'selector'

/**
 * What a scenario file may name, handed in by the command: the stages to the right register faults and engines,
 * and reading a file must not import them.
 */
export interface Vocabulary {
  faults: Record<string, KnownFault>
  engines: string[]
  /** What the engine of a scenario cannot do of its load, or that there is no such engine; paths count from `folder`. */
  fitEngine?: (scenario: Scenario, folder: string) => Promise<Finding[]>
  /** What is wrong with a PromQL expression, or with a vector selector, and in which column; nothing when it is right. */
  checkQuery?: (expression: string, kind: QueryKind) => string | undefined
  /**
   * What a saved record counted of the objective that another one is compared with; why it cannot be used, when it
   * cannot. `path` is where to find it. Without, such an objective is not decided.
   */
  savedCounts?: (
    path: string,
    objective: RelativeObjective,
    scenario: Scenario,
  ) => Promise<{saved: SavedCounts; remarks: string[]} | {problem: string}>
  /** Reads the expressions in rule and SLO files; such files are not read without. */
  promql?: PromqlReader
}
