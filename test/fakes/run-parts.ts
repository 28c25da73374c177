import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Engine} from '../../src/engines/engine.js'
import type {Fault} from '../../src/faults/fault.js'
import type {MetricSource} from '../../src/metrics/source.js'
import type {Plan} from '../../src/plan/plan.js'
import type {RunParts} from '../../src/run/conduct.js'
import {openJournal} from '../../src/run/journal.js'
import type {RecordLine} from '../../src/run/record.js'
import type {Guard} from '../../src/scenarios/scenario.js'
import {emptyTarget, emptyWorld} from './run-world.js'

/** An engine that sends nothing, for as long as the plan lasts. */
const idleEngine = (log: string[]): Engine => ({
  summary: 'idle',
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

const planWith = (faults: number, guards: Guard[]): Plan => {
  const phases = [
    {name: 'baseline', startMs: 0, endMs: 200},
    {name: 'fault', startMs: 200, endMs: 700},
    {name: 'recovery', startMs: 700, endMs: 900},
  ] as const
  const aim = {edges: [], replicas: [], does: 'writes down', undo: 'writes again'}
  return {
    // Of the scenario, a run reads its name, its guards and its objectives.
    scenario: {name: 'fake', guards, objectives: []} as unknown as Plan['scenario'],
    target: emptyTarget,
    seed: 1,
    switches: {},
    phases: [...phases],
    rates: [],
    faults: Array.from({length: faults}, (_, index) => ({
      id: `f${index + 1}`,
      fault: 'writes',
      options: {},
      startMs: 200 + index * 50,
      endMs: 700,
      aim,
    })),
    durationMs: 900,
  }
}

/** The parts of a run in which everything is real but the load, the fault and the metrics. */
export const fakeParts = async (
  fault: Fault,
  log: string[],
  {
    faults = 1,
    guards = [],
    value = 0,
    signal = new AbortController().signal,
  }: {
    faults?: number
    guards?: Guard[]
    value?: number
    signal?: AbortSignal
  } = {},
): Promise<{parts: RunParts; lines: RecordLine[]; failRecorder(reason: Error): void}> => {
  const lines: RecordLine[] = []
  const failed = new AbortController()
  const parts: RunParts = {
    plan: planWith(faults, guards),
    engine: idleEngine(log),
    faults: {writes: fault},
    metrics: constantSource(value),
    world: emptyWorld(signal),
    journal: await openJournal(mkdtempSync(join(tmpdir(), 'shakedown-run-')), 'run-1', emptyTarget, false),
    recorder: {
      path: 'record.jsonl.gz',
      write: (line) => lines.push(line),
      flush: () => {},
      close: async () => {},
      failed: failed.signal,
    },
    judgeGuard: (guard, seen) => ((seen.at(-1)?.value ?? 0) > (guard.above ?? 0) ? 'tripped' : 'ok'),
    watcher: {progress: () => {}, note: () => {}},
    signal,
  }
  return {parts, lines, failRecorder: (reason) => failed.abort(reason)}
}
