import type {Clock} from '../service/clock.js'
import type {ServiceMetrics} from '../service/metrics.js'
import type {Random} from '../service/random.js'
import {createBackoff} from './backoff.js'
import {type CircuitState, createCircuitBreaker} from './circuit-breaker.js'
import {CallFailed} from './failure.js'
import {withRetry} from './retry.js'
import {createRetryBudget} from './retry-budget.js'
import type {SwitchBoard} from './switches.js'
import {withTimeout} from './timeout.js'

export interface HopRules {
  to: string
  timeoutMs: number
  /** Switch that turns the timeout off. */
  timeoutSwitch: 'timeout' | 'db.timeout'
  /** Calls that may be tried again after a timeout: it multiplies the wait, so only where the caller can afford it. */
  retriesTimeouts: 'none' | 'reads' | 'all'
}

/** A read and a repeatable write (one with an idempotency key) may be tried again, a write without a key never. */
export type CallKind = 'read' | 'repeatable' | 'once'

export interface HopContext {
  from: string
  switches: SwitchBoard
  metrics: ServiceMetrics
  clock: Clock
  random: Random
}

/** One edge of the shop as its caller sees it: every call to one callee passes here. */
export interface Hop {
  /** Throws CallFailed, or what the attempt threw when that is not a failure of the call. */
  run<T>(kind: CallKind, attempt: (signal?: AbortSignal) => Promise<T>): Promise<T>
  /** Whether a call would be rejected now. */
  rejects(): boolean
}

/** How long the one call in half-open state may take: someone waits for it, and the callee was ill a moment ago. */
const probeTimeoutMs = 250
const breakerRules = {windowMs: 2_000, minimumCalls: 10, failureRatio: 0.5, openMs: 2_000}
const budgetRules = {windowMs: 10_000, ratio: 0.2, minimumPerSecond: 2}
const backoffRules = {baseMs: 15, capMs: 250}
const stateNumber = {closed: 0, 'half-open': 1, open: 2} satisfies Record<CircuitState, number>

const isCalleeFailure = (thrown: unknown): boolean => thrown instanceof CallFailed && thrown.calleeAtFault

/** 502 and 503 come before any work was done, or from work that is safe to repeat; a 504 has already cost its wait. */
const mayRetry = (thrown: unknown, call: CallKind, {retriesTimeouts}: HopRules): boolean => {
  if (!(thrown instanceof CallFailed) || !thrown.calleeAtFault || thrown.kind === 'rejected') return false
  if (thrown.kind === 'status') return thrown.status === 502 || thrown.status === 503
  if (thrown.kind !== 'timeout') return true
  return retriesTimeouts === 'all' || (retriesTimeouts === 'reads' && call === 'read')
}

/** Composes the policies of one edge: retry( breaker( timeout( attempt ) ) ), each with its switch and its metrics. */
export const createHop = (rules: HopRules, context: HopContext): Hop => {
  const {switches, metrics, clock, random} = context
  const edge = {from: context.from, to: rules.to}
  const budget = createRetryBudget(budgetRules, clock)
  const breaker = createCircuitBreaker({
    ...breakerRules,
    to: rules.to,
    clock,
    isFailure: isCalleeFailure,
    onOpen: () => metrics.circuitOpened.inc(edge),
  })
  metrics.watchCircuit(edge, () => stateNumber[breaker.state()])
  switches.onChange(() => {
    if (!switches.isOn('breaker') && breaker.state() !== 'closed') breaker.reset()
  })

  const measured = async <T>(attempt: () => Promise<T>): Promise<T> => {
    const startedAt = clock.now()
    let result: string = 'ok'
    try {
      return await attempt()
    } catch (thrown) {
      result = thrown instanceof CallFailed ? thrown.kind : 'other'
      throw thrown
    } finally {
      metrics.clientAttempts.inc({...edge, result})
      metrics.clientAttemptSeconds.observe(edge, (clock.now() - startedAt) / 1000)
    }
  }

  const limitMs = (probe: boolean): number | undefined => {
    if (!switches.isOn(rules.timeoutSwitch)) return undefined
    return probe ? Math.min(probeTimeoutMs, rules.timeoutMs) : rules.timeoutMs
  }

  const guarded = <T>(attempt: (signal?: AbortSignal) => Promise<T>): Promise<T> => {
    const limited = (probe: boolean): Promise<T> =>
      measured(() => withTimeout({to: rules.to, limitMs: limitMs(probe), clock}, attempt))
    return switches.isOn('breaker') ? breaker.run(limited) : limited(false)
  }

  const retried = <T>(call: CallKind, attempt: (signal?: AbortSignal) => Promise<T>): Promise<T> =>
    withRetry(
      {
        maxRetries: switches.amount('retry.max'),
        mayRetry: (thrown) => mayRetry(thrown, call, rules),
        nextDelayMs: createBackoff(backoffRules, switches.isOn('retry.jitter'), random),
        takeFromBudget: () => !switches.isOn('retry.budget') || budget.takeRetry(),
        clock,
      },
      () => guarded(attempt),
    )

  return {
    rejects: () => switches.isOn('breaker') && breaker.rejects(),
    run: async (kind, attempt) => {
      budget.called()
      try {
        const answer = await (kind !== 'once' && switches.isOn('retry')
          ? retried(kind, attempt)
          : guarded(attempt))
        metrics.clientCalls.inc({...edge, result: 'ok'})
        return answer
      } catch (thrown) {
        const rejected = thrown instanceof CallFailed && thrown.kind === 'rejected'
        metrics.clientCalls.inc({...edge, result: rejected ? 'rejected' : 'error'})
        throw thrown
      }
    },
  }
}
