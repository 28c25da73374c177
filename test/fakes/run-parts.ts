import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Engine} from '../../src/engines/engine.js'
import type {Fault, World} from '../../src/faults/fault.js'
import type {MetricSource} from '../../src/metrics/source.js'
import type {Plan, PlannedFault} from '../../src/plan/plan.js'
import type {RecordLine} from '../../src/run/record.js'
import type {RunParts} from '../../src/run/run-parts.js'
import {openJournal} from '../../src/run/undo/journal.js'
import type {Guard} from '../../src/scenarios/scenario.js'
import {emptyTarget, emptyWorld} from './run-world.js'

/** An engine that sends nothing, for as long as the plan lasts. */
const idleEngine = (log: string[]): Engine => ({
  summary: 'idle',
  loop: 'open',
  can: [],
  prepare: async (plan) => {
    const stop = new AbortController()
    const totals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}
    return {
      run: async () => {
        log.push('load started')
        await sleep(plan.durationMs + 100, undefined, {signal: stop.signal}).catch(() => {})
        return totals
      },
      stop: async () => {
        log.push('load stopped')
        stop.abort()
      },
      close: async () => {
        log.push('load closed')
      },
    }
  },
})

/** A metric source with nothing in it but one number for every question. */
const constantSource = (value: number): MetricSource => ({
  kind: 'embedded',
  intervalMs: 250,
  describe: async () => 'constant',
  query: async () => ({answers: [{labels: {}, value}], warnings: []}),
  samples: async () => [],
  all: async () => [],
  caughtUp: async () => {},
  close: async () => {},
})

/** The fault phase of a fake run begins this long after its first request. */
export const faultPhaseMs = 200

/** A fault that hits nothing, from the beginning of the fault phase to the end of a short one. */
export const plannedFault = (change: Partial<PlannedFault> = {}): PlannedFault => ({
  id: 'f1',
  fault: 'writes',
  options: {},
  startMs: faultPhaseMs,
  endMs: 700,
  aim: {edges: [], replicas: [], does: 'writes down', undo: 'writes again'},
  ...change,
})

/** Phases around the faults: the fault phase lasts 500 ms, or until the last of them ends. */
const planWith = (faults: PlannedFault[], guards: Guard[]): Plan => {
  const endMs = Math.max(700, ...faults.map((fault) => fault.endMs))
  const phases = [
    {name: 'baseline', startMs: 0, endMs: faultPhaseMs},
    {name: 'fault', startMs: faultPhaseMs, endMs},
    {name: 'recovery', startMs: endMs, endMs: endMs + 200},
  ] as const
  return {
    // Of the scenario, a run reads its name, its guards and its objectives.
    scenario: {name: 'fake', guards, objectives: []} as unknown as Plan['scenario'],
    target: emptyTarget,
    seed: 1,
    switches: {},
    phases: [...phases],
    rates: [],
    streams: [],
    faults,
    durationMs: endMs + 200,
  }
}

/** The parts of a run in which everything is real but the load, the fault and the metrics. */
export const fakeParts = async (
  fault: Fault,
  log: string[],
  {
    faults = 1,
    planned,
    others = {},
    world = {},
    guards = [],
    value = 0,
    signal = new AbortController().signal,
  }: {
    /** So many faults, one a little after the other; or those of `planned`. */
    faults?: number
    planned?: PlannedFault[]
    /** Registered besides the first. */
    others?: Record<string, Fault>
    /** What is put in place of a world in which nothing can be touched. */
    world?: Partial<World>
    guards?: Guard[]
    value?: number
    signal?: AbortSignal
  } = {},
): Promise<{parts: RunParts; lines: RecordLine[]; failRecorder(reason: Error): void}> => {
  const lines: RecordLine[] = []
  const failed = new AbortController()
  const some = Array.from({length: faults}, (_, index) =>
    plannedFault({id: `f${index + 1}`, startMs: faultPhaseMs + index * 50}),
  )
  const parts: RunParts = {
    plan: planWith(planned ?? some, guards),
    engine: idleEngine(log),
    faults: {writes: fault, ...others},
    metrics: constantSource(value),
    world: {...emptyWorld(signal), ...world},
    journal: await openJournal(mkdtempSync(join(tmpdir(), 'shakedown-run-')), 'run-1', emptyTarget, false),
    recorder: {
      path: 'record.jsonl.gz',
      write: (line) => lines.push(line),
      flush: () => {},
      close: async () => {},
      failed: failed.signal,
    },
    judgeRecent: () => undefined,
    judgeStanding: () => ({objectives: [], decided: []}),
    judgeGuard: (guard, seen) => ((seen.at(-1)?.value ?? 0) > (guard.above ?? 0) ? 'tripped' : 'ok'),
    watcher: {progress: () => {}, note: () => {}},
    signal,
  }
  return {parts, lines, failRecorder: (reason) => failed.abort(reason)}
}
