import type * as prom from 'prom-client'
import {Counter, Gauge, Histogram, processMetrics, Registry} from './lean-imports.js'

interface EdgeLabels {
  from: string
  to: string
}
interface BackendLabels extends EdgeLabels {
  backend: string
}

/** Everything a service counts about itself; names and labels are part of contract.ts. */
export interface ServiceMetrics {
  registry: prom.Registry
  requests: prom.Counter<'route' | 'method' | 'code'>
  requestSeconds: prom.Histogram<'route' | 'method' | 'code'>
  requestsInFlight: prom.Gauge
  clientCalls: prom.Counter<'from' | 'to' | 'result'>
  clientAttempts: prom.Counter<'from' | 'to' | 'result'>
  clientAttemptSeconds: prom.Histogram<'from' | 'to'>
  circuitOpened: prom.Counter<'from' | 'to'>
  /** Reads the state of a circuit at every scrape: 0 closed, 1 half-open, 2 open. */
  watchCircuit(labels: EdgeLabels, state: () => number): void
  watchBackend(labels: BackendLabels, healthy: () => boolean): void
  /** Reads at every scrape how many requests wait for a worker. */
  watchWaiting(waiting: () => number): void
  watchSwitches(values: () => Record<string, unknown>): void
}

/** Seconds. The bounds that objectives use (0.1, 0.3, 1) are among them, so a share of fast answers is exact. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10]

/**
 * The process metrics of prom-client without its garbage collection metrics, whose PerformanceObserver costs more
 * than all others together; `collectDefaultMetrics` has no way to leave one out.
 */
const groups = [
  'processCpuTotal',
  'processStartTime',
  'osMemoryHeap',
  'processOpenFileDescriptors',
  'eventLoopLag',
  'processResources',
  'heapSizeAndUsed',
  'version',
]

const collectProcessMetrics = (registry: prom.Registry): void => {
  // The monitor of the event loop wakes the process at this interval, also when it has nothing to do.
  for (const group of groups) processMetrics(group)(registry, {eventLoopMonitoringPrecision: 50})
}

const onOff = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

/** Gauges whose values are asked for at every scrape. */
const createWatchers = (registry: prom.Registry) => {
  const registers = [registry]
  const circuits: (() => void)[] = []
  const backends: (() => void)[] = []
  const circuitState = new Gauge({
    name: 'circuit_state',
    help: 'State of the circuit breaker: 0 closed, 1 half-open, 2 open.',
    labelNames: ['from', 'to'],
    registers,
    collect: () => {
      for (const read of circuits) read()
    },
  })
  const backendHealthy = new Gauge({
    name: 'lb_backend_healthy',
    help: 'Whether the load balancer regards the backend as healthy.',
    labelNames: ['from', 'to', 'backend'],
    registers,
    collect: () => {
      for (const read of backends) read()
    },
  })
  return {
    watchCircuit: (labels: EdgeLabels, state: () => number) => {
      circuits.push(() => circuitState.set({...labels}, state()))
    },
    watchBackend: (labels: BackendLabels, healthy: () => boolean) => {
      backends.push(() => backendHealthy.set({...labels}, healthy() ? 1 : 0))
    },
    watchWaiting: (waiting: () => number) => {
      new Gauge({
        name: 'work_waiting',
        help: 'Requests that wait for a worker.',
        registers,
        collect() {
          this.set(waiting())
        },
      })
    },
    watchSwitches: (values: () => Record<string, unknown>) => {
      new Gauge({
        name: 'ref_switch',
        help: 'State of each protection switch: 1 for the value it has.',
        labelNames: ['name', 'value'],
        registers,
        collect() {
          this.reset()
          for (const [name, value] of Object.entries(values())) this.set({name, value: onOff(value)}, 1)
        },
      })
    },
  }
}

/** A registry with all metrics of one service process. */
export const createMetrics = (): ServiceMetrics => {
  const registry = new Registry()
  const registers = [registry]
  collectProcessMetrics(registry)
  const request = ['route', 'method', 'code'] as const
  const call = ['from', 'to', 'result'] as const
  const edge = ['from', 'to'] as const
  return {
    registry,
    requests: new Counter({
      name: 'http_requests_total',
      help: 'Requests answered, by route template.',
      labelNames: request,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the request line to the end of the answer.',
      labelNames: request,
      buckets,
      registers,
    }),
    requestsInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests being worked on.',
      registers,
    }),
    clientCalls: new Counter({
      name: 'client_calls_total',
      help: 'Logical calls to a callee, with all their attempts: ok, error, rejected.',
      labelNames: call,
      registers,
    }),
    clientAttempts: new Counter({
      name: 'client_attempts_total',
      help: 'Attempts on the wire: ok, status, timeout, refused, reset, other.',
      labelNames: call,
      registers,
    }),
    clientAttemptSeconds: new Histogram({
      name: 'client_attempt_duration_seconds',
      help: 'How long one attempt took.',
      labelNames: edge,
      buckets,
      registers,
    }),
    circuitOpened: new Counter({
      name: 'circuit_opened_total',
      help: 'How often the circuit breaker opened.',
      labelNames: edge,
      registers,
    }),
    ...createWatchers(registry),
  }
}
