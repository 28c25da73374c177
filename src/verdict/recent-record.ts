import type {Plan} from '../plan/plan.js'
import type {RunEvent, RunRecord} from '../run/record.js'

/** Samples and events of a run that is on. */
export interface Recent {
  series: RunRecord['series']
  intervalMs: number
  events: RunEvent[]
}

/** What is known of a run that is on, as a record of its own. */
export const asRecord = (plan: Plan, {series, intervalMs, events}: Recent): RunRecord => ({
  header: {
    kind: 'header',
    recordVersion: 1,
    runId: '',
    createdMs: events[0]?.atMs ?? 0,
    source: {path: '', text: ''},
    plan,
    seed: plan.seed,
    mode: 'normal',
    versions: {shakedown: '', node: '', metrics: ''},
    machine: {platform: '', cpus: 0, cpuModel: '', memoryBytes: 0},
    sampleIntervalMs: intervalMs,
  },
  events,
  load: [],
  series,
  answers: [],
})
