import {formatDuration} from '../../scenarios/quantities.js'
import type {Objective, PhaseName} from '../../scenarios/scenario.js'
import {type ObjectiveVerdict, wholeRun} from '../../verdict/verdict.js'
import {spansOf} from '../../verdict/windows.js'
import {offsetOf} from '../phrases.js'
import type {Report} from '../reporter.js'

/** When a phase was: `fault, +9.0s to +29.0s`. */
const windowOf = ({record, summary}: Report, phase: PhaseName | typeof wholeRun): string => {
  if (phase === wholeRun) return phase
  const span = spansOf(record)[phase]
  if (!span) return `${phase}, which was not reached`
  const startedMs = summary.startedMs ?? record.header.createdMs
  return `${phase}, ${offsetOf(span.startMs - startedMs)} to ${offsetOf(span.endMs - startedMs)}`
}

/** What an objective is counted from, as the scenario has it. */
export const askedFrom = (asked: Objective | undefined): string => {
  switch (asked?.kind) {
    case undefined:
      return 'a threshold of the load script, as its engine judged it'
    case 'ratio':
      return `${asked.bad === undefined ? `good: ${asked.good ?? ''}` : `bad: ${asked.bad}`}; total: ${asked.total}`
    case 'latency':
      return `buckets of ${asked.latency}, below ${formatDuration(asked.belowMs)}`
    case 'query':
      return `query: ${asked.query}`
    case 'recovery':
      return `the counts of "${asked.recovers}", from the last undoing on`
    case 'relative':
      return `the counts of "${asked.compares}", beside ${asked.saved?.path ?? "the run's own baseline"}`
    case 'alert':
      return `the alert ${asked.alert} of the rules`
  }
}

/** Where the number of an objective comes from: what was counted, when, and how often it was looked at. */
export const objectiveSource = (
  {phase}: Pick<ObjectiveVerdict, 'phase'>,
  asked: Objective | undefined,
  report: Report,
): string => {
  const {versions, sampleIntervalMs} = report.record.header
  const sampled =
    asked === undefined
      ? ''
      : `\nSamples every ${formatDuration(sampleIntervalMs)} (metrics: ${versions.metrics})`
  return `From ${askedFrom(asked)}\n${windowOf(report, phase)}${sampled}`
}

/** Where the numbers of the load come from, in one phase or over the run. */
export const loadSource = (report: Report, phase?: PhaseName): string => {
  const {engine} = report.record.header.plan.scenario.load
  const when = phase === undefined ? '' : `\n${windowOf(report, phase)}`
  return `Counted by the load engine (${engine}), second by second${when}`
}

/** Where the numbers of an edge come from. */
export const edgeSource = (report: Report, edge: string, phase: PhaseName): string =>
  `client_calls_total, client_attempts_total and client_attempt_duration_seconds of ${edge}, counted by its caller\n${windowOf(report, phase)}`
