import type {Plan, RateSegment} from '../../src/plan/plan.js'
import type {Profile, RequestSpec} from '../../src/scenarios/scenario.js'
import type {Json} from '../../src/system/json.js'

/** What an engine's test says about its plan; the rest is filled in. */
export interface PlanSketch {
  endpoints: Record<string, string>
  requests: (Partial<RequestSpec> & {name: string})[]
  /** Open loop. */
  rates?: RateSegment[]
  /** Closed loop, in place of rates. */
  loop?: {connections: number; pipelining?: number; durationMs: number}
  timeoutMs?: number
  maxInFlight?: number
  seed?: number
  data?: Record<string, Json[]>
  targetData?: Record<string, Json[]>
}

/** The same rate all the time. */
export const constantRate = (ratePerSecond: number, durationMs: number): RateSegment[] => [
  {startMs: 0, endMs: durationMs, fromPerSecond: ratePerSecond, toPerSecond: ratePerSecond},
]

/** A plan with load and nothing else. */
export const planOf = (sketch: PlanSketch): Plan => {
  const {loop, rates = []} = sketch
  const durationMs = loop?.durationMs ?? rates.at(-1)?.endMs ?? 0
  const profile: Profile = loop
    ? {kind: 'connections', connections: loop.connections, pipelining: loop.pipelining ?? 1}
    : {kind: 'constant', ratePerSecond: 1}
  const requests = sketch.requests.map((request) => ({
    weight: 1,
    method: 'GET',
    path: '/',
    headers: {},
    ...request,
  }))
  return {
    scenario: {
      name: 'engine-test',
      summary: '',
      proves: [],
      target: 'test',
      load: {
        engine: loop ? 'autocannon' : 'pacer',
        streams: [{name: 'load', profile, requests}],
        data: sketch.data ?? {},
        timeoutMs: sketch.timeoutMs ?? 10_000,
        maxInFlight: sketch.maxInFlight ?? 1000,
      },
      phases: {warmUpMs: 0, baselineMs: durationMs, faultMs: 0, recoveryMs: 0},
      faults: [],
      objectives: [],
      guards: [],
      switches: {},
    },
    target: {
      name: 'test',
      endpoints: sketch.endpoints,
      edges: {},
      workloads: {},
      metrics: {kind: 'prometheus', url: 'http://127.0.0.1:9'},
      data: sketch.targetData ?? {},
    },
    seed: sketch.seed ?? 1,
    switches: {},
    phases: [{name: 'baseline', startMs: 0, endMs: durationMs}],
    rates,
    streams: [{name: 'load', rates}],
    faults: [],
    durationMs,
  }
}
