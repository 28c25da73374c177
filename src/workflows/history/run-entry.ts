import {z} from 'zod'
import type {Report} from '../../reporters/reporter.js'

/** Version of the JSON of a run in a list, and of what is remembered beside a record. */
export const entryVersion = 1

const number = z.number()

const objective = z.object({
  name: z.string(),
  phase: z.string(),
  outcome: z.enum(['pass', 'fail', 'inconclusive']),
  unit: z.enum(['ratio', 'ms', 'value']),
  estimate: number.optional(),
  interval: z.object({low: number, high: number}).optional(),
  target: number,
  comparator: z.enum(['<', '<=', '>', '>=', '==', '!=']),
  message: z.string(),
})

/** A run in a list: what it was, and how it was judged. */
export const runEntry = z.object({
  run: z.string(),
  scenario: z.string(),
  target: z.string(),
  mode: z.enum(['normal', 'counterfactual']),
  seed: number,
  /** Epoch ms. */
  createdMs: number,
  durationMs: number,
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid', 'error', 'residual', 'interrupted']),
  summary: z.string(),
  objectives: z.array(objective),
})

export type RunEntry = z.output<typeof runEntry>
export type ObjectiveEntry = RunEntry['objectives'][number]

/** A number that JSON has no words for is left out, as if it had not been measured. */
const finite = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? value : undefined

const objectiveEntry = (verdict: Report['verdict']['objectives'][number]): ObjectiveEntry => {
  const {name, phase, outcome, unit, target, comparator, message} = verdict
  const estimate = finite(verdict.estimate)
  const [low, high] = [finite(verdict.interval?.low), finite(verdict.interval?.high)]
  return {
    name,
    phase,
    outcome,
    unit,
    ...(estimate !== undefined && {estimate}),
    ...(low !== undefined && high !== undefined && {interval: {low, high}}),
    target,
    comparator,
    message,
  }
}

/** What a list of runs tells of a run. */
export const entryOf = ({record, verdict}: Pick<Report, 'record' | 'verdict'>): RunEntry => {
  const {header, end, events} = record
  const endedMs = end?.atMs ?? events.at(-1)?.atMs ?? header.createdMs
  return {
    run: header.runId,
    scenario: header.plan.scenario.name,
    target: header.plan.target.name,
    mode: header.mode,
    seed: header.seed,
    createdMs: header.createdMs,
    durationMs: Math.max(0, endedMs - header.createdMs),
    outcome: verdict.outcome,
    summary: verdict.summary,
    objectives: verdict.objectives.map(objectiveEntry),
  }
}
