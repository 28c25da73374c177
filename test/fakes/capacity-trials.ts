import {type CapacityHeader, type CapacityLine, wholeLeg} from '../../src/capacity/record.js'
import {nextTrial, observe, startSearch} from '../../src/capacity/search.js'
import {quick} from '../../src/capacity/search-options.js'
import type {Trial, TrialFigures} from '../../src/capacity/trial.js'
import type {LoadSecond} from '../../src/engines/engine.js'
import {buildPlan} from '../../src/plan/build.js'
import type {TrialSeen} from '../../src/run/trials/send-trial.js'
import {type TrialLoad, trialPlan} from '../../src/run/trials/trial-plan.js'
import type {Scenario} from '../../src/scenarios/scenario.js'
import {loadSecond, type requestSecond} from './record-load.js'
import {runStartMs} from './record-series.js'
import {aim, scenarioWith, shop} from './scenario-plan.js'

/** A scenario that is judged by the metrics of its load alone. */
export const loadScenario = (change: Record<string, string> = {}): Scenario =>
  scenarioWith({
    objectives:
      'objectives: [{name: quick, latency: shakedown_load_request_duration_seconds, below: 100ms, target: 99%, during: [baseline]}]',
    ...change,
  })

export const planOf = (scenario: Scenario) => buildPlan({scenario, target: shop, seed: 1, aim})

/** What a trial saw whose every second was like the one given: 2 s of settling, then `seconds`. */
export const trialSeen = (
  request: ReturnType<typeof requestSecond>,
  {
    scenario = loadScenario(),
    seconds = 5,
    health = {},
    tripped,
    askedPerSecond = request.due,
    arrivals,
  }: {
    scenario?: Scenario
    seconds?: number
    health?: Partial<LoadSecond['health']> | ((second: number) => Partial<LoadSecond['health']>)
    tripped?: TrialSeen['tripped']
    askedPerSecond?: number
    arrivals?: number
  } = {},
): TrialSeen => {
  const load: TrialLoad = {ratePerSecond: askedPerSecond, settleMs: 2000, measureMs: seconds * 1000}
  const healthOf = typeof health === 'function' ? health : () => health
  return {
    plan: trialPlan(planOf(scenario), load),
    startedMs: runStartMs,
    window: {startMs: runStartMs + 2000, endMs: runStartMs + 2000 + seconds * 1000},
    load: Array.from({length: Math.ceil(seconds) + 2}, (_, at) => {
      const second = loadSecond(at, {browse: request})
      const told = arrivals === undefined ? {} : {arrivals}
      return {...second, ...told, health: {...second.health, ...healthOf(at)}}
    }),
    series: [],
    intervalMs: 500,
    answers: [],
    ...(tripped && {tripped}),
  }
}

/** What was measured in a trial of a system that carries `limit` a second. */
const figures = (ratePerSecond: number, limit: number): TrialFigures => ({
  offeredPerSecond: ratePerSecond,
  answeredPerSecond: Math.min(ratePerSecond, limit),
  goodPerSecond: ratePerSecond <= limit ? ratePerSecond : limit / 2,
  lostShare: 0,
  errorShare: ratePerSecond <= limit ? 0 : 0.1,
  latencyMs: ratePerSecond <= limit ? {p50: 5, p99: 20, max: 40} : {p50: 400, p99: 900, max: 1200},
  inFlight: {start: 1, end: 2, max: 9},
  objectives: [],
  generator: {cpu: 0.2},
  resources: [{kind: 'cpu', name: 'gateway', value: Math.min(1, ratePerSecond / limit)}],
  instances: {gateway: 2},
  seconds: [],
})

/** Figures of some trial, with what matters to a test. */
export const trialFigures = (change: Partial<TrialFigures>): TrialFigures => ({
  ...figures(100, 100),
  ...change,
})

/** A search for a limit that is known, as its trials. */
export const trialsFor = (limit: number, startPerSecond = 10): Trial[] => {
  let state = startSearch({...quick, startPerSecond, leastPerSecond: 1, mostPerSecond: 10_000})
  for (let ask = nextTrial(state); ask !== undefined; ask = nextTrial(state)) {
    const good = ask.ratePerSecond <= limit
    const shown = good
      ? {outcome: 'good' as const}
      : {outcome: 'bad' as const, bound: 'quick', message: 'too slow'}
    const loadMs = ask.settleMs + ask.measureMs
    const startedMs = runStartMs + state.loadMs
    const seen = figures(ask.ratePerSecond, limit)
    state = observe(state, {...ask, ...shown, startedMs, loadMs, tookMs: loadMs, seen})
  }
  return state.trials
}

export const capacityHeader = (asked: Partial<CapacityHeader['asked']> = {}): CapacityHeader => ({
  kind: 'capacity',
  capacityVersion: 1,
  runId: '20260101-000000-capacity-small-0000',
  createdMs: runStartMs,
  scenario: 'small',
  source: {path: 'small.yaml', text: ''},
  target: 'shop',
  engine: 'pacer',
  seed: 7,
  options: {...quick, startPerSecond: 10, leastPerSecond: 1, mostPerSecond: 10_000},
  asked: {mode: 'quick', without: [], with: [], overload: true, ...asked},
  objectives: ['quick'],
  leftOut: [],
  lossAllowed: 0.01,
  allowance: 0.05,
  replicas: {gateway: 2},
  versions: {shakedown: '0.0.0', node: 'v20.0.0', metrics: 'embedded'},
  machine: {platform: 'linux-x64', cpus: 2, cpuModel: 'some', memoryBytes: 1},
})

export const trialLines = (trials: readonly Trial[], leg = wholeLeg): CapacityLine[] =>
  trials.map((trial) => ({kind: 'trial', leg, trial}))

export const capacityEnd = (change: Partial<CapacityLine & {kind: 'capacity-end'}> = {}): CapacityLine => ({
  kind: 'capacity-end',
  atMs: runStartMs + 200_000,
  ended: 'completed',
  residual: [],
  ...change,
})
