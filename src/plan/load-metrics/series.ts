import {countRequest, type RequestOfSecond, zeroRequest} from './requests.js'
import {createState, type LoadSample, type LoadState} from './state.js'

/** What is read of a second of load, whichever engine sent it. */
export interface SecondOfLoad {
  /** Epoch ms. */
  startMs: number
  requests: Readonly<Record<string, RequestOfSecond>>
  arrivals?: number
  flows?: Readonly<Record<string, FlowOfSecond>>
  health: {
    latenessMs?: {p50: number; p99: number; max: number}
    cpu?: number
    loopDelayMs?: {p99: number; max: number}
    gcMs?: number
    inFlight: number
  }
}

interface FlowOfSecond {
  started: number
  completed: number
  broken: Readonly<Record<string, Readonly<Partial<Record<string, number>>>>>
}

/** A request as the metrics know it before it is sent. */
export interface KnownRequest {
  name: string
  stream: string
  tags?: Record<string, string>
}

/** What the series of a load are made for. */
export interface LoadSubject {
  requests: readonly KnownRequest[]
  flows: readonly string[]
  /** Bounds that objectives ask about, besides the usual ones. */
  boundsMs: readonly number[]
}

/** Turns seconds of load into samples of `shakedown_load_*`, as a scrape once a second would find them. */
export interface LoadSeries {
  /** Counters at zero, before the first request. */
  begin(atMs: number): LoadSample[]
  /** Every series at the end of this second. One that is new was zero a second earlier: nothing of it is lost. */
  add(second: SecondOfLoad): LoadSample[]
  /** Every series as it stands. */
  readonly state: LoadState
}

const countFlows = (state: LoadState, flows: SecondOfLoad['flows'] = {}): void => {
  for (const [flow, {started, completed, broken}] of Object.entries(flows)) {
    state.add('shakedown_load_flows_started_total', {flow}, started)
    state.add('shakedown_load_flows_total', {flow, outcome: 'completed'}, completed)
    for (const [step, reasons] of Object.entries(broken))
      for (const [reason, count = 0] of Object.entries(reasons))
        state.add('shakedown_load_flows_total', {flow, outcome: 'broken', step, reason}, count)
  }
}

const setHealth = (state: LoadState, {health}: SecondOfLoad): void => {
  const {latenessMs, cpu, loopDelayMs, gcMs, inFlight} = health
  state.set('shakedown_load_in_flight', {}, inFlight)
  if (cpu !== undefined) state.set('shakedown_load_cpu_ratio', {}, cpu)
  if (latenessMs !== undefined) {
    state.set('shakedown_load_lateness_seconds', {quantile: '0.5'}, latenessMs.p50 / 1000)
    state.set('shakedown_load_lateness_seconds', {quantile: '0.99'}, latenessMs.p99 / 1000)
    state.set('shakedown_load_lateness_seconds', {quantile: '1'}, latenessMs.max / 1000)
  }
  if (loopDelayMs !== undefined) {
    state.set('shakedown_load_event_loop_delay_seconds', {quantile: '0.99'}, loopDelayMs.p99 / 1000)
    state.set('shakedown_load_event_loop_delay_seconds', {quantile: '1'}, loopDelayMs.max / 1000)
  }
  if (gcMs !== undefined) state.add('shakedown_load_gc_seconds_total', {}, gcMs / 1000)
}

/** The series of one run. */
export const createLoadSeries = ({requests, flows, boundsMs}: LoadSubject): LoadSeries => {
  const state = createState()
  const known = new Map(requests.map((request) => [request.name, request]))
  /** Its own labels, the same on all its series. */
  const labelsOf = (name: string): Record<string, string> => {
    const {stream, tags = {}} = known.get(name) ?? {}
    return {request: name, ...(stream !== undefined && {stream}), ...tags}
  }
  return {
    state,
    begin: (atMs) => {
      state.add('shakedown_load_arrivals_total', {}, 0)
      for (const {name} of requests) zeroRequest(state, labelsOf(name), boundsMs)
      for (const flow of flows) countFlows(state, {[flow]: {started: 0, completed: 0, broken: {}}})
      return state.samples(atMs)
    },
    add: (second) => {
      const endMs = second.startMs + 1000
      if (second.arrivals !== undefined) state.add('shakedown_load_arrivals_total', {}, second.arrivals)
      for (const [name, counts] of Object.entries(second.requests))
        countRequest(state, labelsOf(name), counts, boundsMs)
      countFlows(state, second.flows)
      setHealth(state, second)
      return state.samples(endMs)
    },
  }
}
