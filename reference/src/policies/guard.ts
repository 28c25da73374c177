import {type CircuitState, createCircuitBreaker} from './circuit-breaker.js'
import {CallFailed} from './failure.js'
import type {HopContext, HopRules} from './hop-rules.js'
import {withTimeout} from './timeout.js'

type Attempt<T> = (signal?: AbortSignal) => Promise<T>

/** One attempt, guarded: breaker( timeout( attempt ) ), with the metrics of what went over the wire. */
export interface Guard {
  run<T>(attempt: Attempt<T>): Promise<T>
  /** Whether an attempt would be rejected now. */
  rejects(): boolean
}

/** How long the one call in half-open state may take: someone waits for it, and the callee was ill a moment ago. */
const probeTimeoutMs = 250
const breakerRules = {windowMs: 2_000, minimumCalls: 10, failureRatio: 0.5, openMs: 2_000}
const stateNumber = {closed: 0, 'half-open': 1, open: 2} satisfies Record<CircuitState, number>

const isCalleeFailure = (thrown: unknown): boolean => thrown instanceof CallFailed && thrown.calleeAtFault

const watchedBreaker = (to: string, {from, switches, metrics, clock}: HopContext) => {
  const edge = {from, to}
  const breaker = createCircuitBreaker({
    ...breakerRules,
    to,
    clock,
    isFailure: isCalleeFailure,
    onOpen: () => metrics.circuitOpened.inc(edge),
  })
  metrics.watchCircuit(edge, () => stateNumber[breaker.state()])
  switches.onChange(() => {
    if (!switches.isOn('breaker') && breaker.state() !== 'closed') breaker.reset()
  })
  return breaker
}

const measured = async <T>(to: string, context: HopContext, attempt: () => Promise<T>): Promise<T> => {
  const {from, clock, metrics} = context
  const startedAt = clock.now()
  let result = 'ok'
  try {
    return await attempt()
  } catch (thrown) {
    result = thrown instanceof CallFailed ? thrown.kind : 'other'
    throw thrown
  } finally {
    metrics.clientAttempts.inc({from, to, result})
    metrics.clientAttemptSeconds.observe({from, to}, (clock.now() - startedAt) / 1000)
  }
}

/** The breaker is shared by all calls of the edge; its switch and the timeout's are asked at every attempt. */
export const createGuard = ({to, timeoutMs, timeoutSwitch}: HopRules, context: HopContext): Guard => {
  const {switches, clock} = context
  const breaker = watchedBreaker(to, context)
  const limitMs = (probe: boolean): number | undefined => {
    if (!switches.isOn(timeoutSwitch)) return undefined
    return probe ? Math.min(probeTimeoutMs, timeoutMs) : timeoutMs
  }
  return {
    rejects: () => switches.isOn('breaker') && breaker.rejects(),
    run: (attempt) => {
      const limited = (probe: boolean) =>
        measured(to, context, () => withTimeout({to, limitMs: limitMs(probe), clock}, attempt))
      return switches.isOn('breaker') ? breaker.run(limited) : limited(false)
    },
  }
}
