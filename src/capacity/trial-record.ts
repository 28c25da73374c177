import type {RunRecord} from '../run/record.js'
import type {TrialSeen} from '../run/trials/send-trial.js'
import type {Objective} from '../scenarios/scenario.js'
import {withLoadSeries} from '../verdict/load-series.js'
import {type Observations, observationsOf} from '../verdict/observations.js'

/** The window of a trial as the baseline of a record of its own, so that the verdict's functions can judge it. */
export const observationsOfTrial = (seen: TrialSeen, objectives: readonly Objective[]): Observations => {
  const {plan, startedMs, window, load, series, intervalMs, answers} = seen
  const record: RunRecord = {
    header: {
      kind: 'header',
      recordVersion: 1,
      runId: '',
      createdMs: startedMs,
      source: {path: '', text: ''},
      plan: {...plan, scenario: {...plan.scenario, objectives: [...objectives]}},
      seed: plan.seed,
      mode: 'normal',
      versions: {shakedown: '', node: '', metrics: ''},
      machine: {platform: '', cpus: 0, cpuModel: '', memoryBytes: 0},
      sampleIntervalMs: intervalMs,
    },
    events: [
      {kind: 'event', atMs: startedMs, event: 'load-started'},
      {kind: 'event', atMs: window.startMs, event: 'phase-started', phase: 'baseline'},
      {kind: 'event', atMs: window.endMs, event: 'phase-ended', phase: 'baseline'},
    ],
    load,
    series,
    answers: answers.map(({query, result}) => ({
      kind: 'answer',
      query,
      phase: 'baseline',
      atMs: window.endMs,
      answers: result.answers,
      warnings: result.warnings,
    })),
  }
  return observationsOf(withLoadSeries(record, {objectives}))
}
