import {exitCodeOf, exitCodes, type Outcome} from '../exit-codes.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {plain} from './layout.js'
import type {Report} from './reporter.js'

/** A gauge with its samples. Durations are in seconds, shares between 0 and 1. */
export interface MetricFamily {
  name: string
  help: string
  samples: {labels: Record<string, string>; value: number}[]
}

type Labels = Record<string, string>

const outcomes = (Object.keys(exitCodes) as (keyof typeof exitCodes)[]).filter(
  (name): name is Outcome => name !== 'usage',
)

/** Text from outside as a label: one line that is text. */
const labelOf = (text: string): string => plain(text).replace(/\p{Cs}/gu, '\ufffd')

const labelled = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, labelOf(value)]))

/** What a run showed, as metrics: those of the run, then those of each objective in each phase. */
export const familiesOf = (report: Report): MetricFamily[] =>
  [...runFamilies(report), ...objectiveFamilies(report)].map(withoutDoubles)

/** A series twice would make a reader refuse all of them. */
const withoutDoubles = ({samples, ...family}: MetricFamily): MetricFamily => ({
  ...family,
  samples: [...new Map(samples.map((sample) => [JSON.stringify(sample.labels), sample])).values()],
})

/** The labels that every series has: a counterfactual run is another thing than a normal one. */
const commonOf = ({record: {header}}: Report): Labels =>
  labelled({scenario: header.plan.scenario.name, target: header.plan.target.name, mode: header.mode})

const endedMs = ({record}: Report): number =>
  record.end?.atMs ?? record.events.at(-1)?.atMs ?? record.header.createdMs

const states = <State extends string>(labels: Labels, all: readonly State[], now: State) =>
  all.map((outcome) => ({labels: {...labels, outcome}, value: outcome === now ? 1 : 0}))

const runFamilies = (report: Report): MetricFamily[] => {
  const {record, verdict} = report
  const {header} = record
  const labels = commonOf(report)
  const one = (name: string, help: string, value: number): MetricFamily => ({
    name: `shakedown_run_${name}`,
    help,
    samples: [{labels, value}],
  })
  const info = labelled({run: header.runId, seed: String(header.seed), version: header.versions.shakedown})
  return [
    {
      name: 'shakedown_run_info',
      help: 'The latest run: its id, its seed and the version that made it. Always 1.',
      samples: [{labels: {...labels, ...info}, value: 1}],
    },
    {
      name: 'shakedown_run_outcome',
      help: 'How the run ended: 1 for its outcome, 0 for the others.',
      samples: states(labels, outcomes, verdict.outcome),
    },
    one('exit_code', 'Exit code of the outcome, without --allow-inconclusive.', exitCodeOf(verdict.outcome)),
    one('started_timestamp_seconds', 'When the run began, in Unix time.', header.createdMs / 1000),
    one('ended_timestamp_seconds', 'When the run ended, in Unix time.', endedMs(report) / 1000),
    one('duration_seconds', 'How long the run took.', (endedMs(report) - header.createdMs) / 1000),
    {
      name: 'shakedown_run_check',
      help: 'Conditions of validity: 1 where the condition held, 0 where it did not.',
      samples: verdict.validity.map(({name, ok}) => ({
        labels: {...labels, check: labelOf(name)},
        value: ok ? 1 : 0,
      })),
    },
  ]
}

const units = {ratio: 'ratio', ms: 'seconds', value: 'value'} as const

const objectiveFamilies = (report: Report): MetricFamily[] => {
  const common = commonOf(report)
  const all = report.verdict.objectives.map((verdict) => ({
    verdict,
    labels: {
      ...common,
      objective: labelOf(verdict.name),
      phase: verdict.phase,
      unit: units[verdict.unit],
    },
  }))
  const family = (
    name: string,
    help: string,
    numberIn: (verdict: ObjectiveVerdict) => number | undefined,
  ): MetricFamily => ({
    name: `shakedown_objective_${name}`,
    help,
    samples: all.flatMap(({verdict, labels}) => {
      const value = numberIn(verdict)
      return value === undefined ? [] : [{labels, value: verdict.unit === 'ms' ? value / 1000 : value}]
    }),
  })
  return [
    family('estimate', 'What was measured for an objective in a phase.', ({estimate}) => estimate),
    family('interval_low', 'Lower end of the interval of the estimate.', ({interval}) => interval?.low),
    family('interval_high', 'Upper end of the interval of the estimate.', ({interval}) => interval?.high),
    {
      ...family('target', 'What was asked for; the label says in which direction.', ({target}) => target),
      samples: all.map(({verdict: {target, unit, comparator}, labels}) => ({
        labels: {...labels, comparator},
        value: unit === 'ms' ? target / 1000 : target,
      })),
    },
    {
      name: 'shakedown_objective_outcome',
      help: 'How the objective was judged: 1 for its outcome, 0 for the others.',
      samples: all.flatMap(({verdict, labels}) =>
        states(labels, ['pass', 'fail', 'inconclusive'] as const, verdict.outcome),
      ),
    },
  ]
}
