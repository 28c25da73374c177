import type {Clock} from '../service/clock.js'
import {CallFailed} from './failure.js'
import {createSlidingWindow} from './sliding-window.js'

export type CircuitState = 'closed' | 'half-open' | 'open'

export interface CircuitBreakerRules {
  to: string
  windowMs: number
  /** Below this many finished calls in the window, it does not judge. */
  minimumCalls: number
  /** Opens at this share of failures. */
  failureRatio: number
  /** How long it rejects everything before it lets one probe through. */
  openMs: number
  clock: Clock
  /** Which failures are the callee's; the others count as answers. */
  isFailure(thrown: unknown): boolean
  onOpen?(): void
}

export interface CircuitBreaker {
  /** Runs the call, or rejects at once. `probe` tells the call that it is the only one in half-open state. */
  run<T>(call: (probe: boolean) => Promise<T>): Promise<T>
  state(): CircuitState
  /** Whether a call would be rejected now. */
  rejects(): boolean
  /** Closed, with nothing counted. */
  reset(): void
}

/**
 * Stops calling a callee that fails, and finds out with one call at a time when it is back.
 *
 *   closed ──(failures ≥ ratio of ≥ minimum calls)──▶ open ──(openMs, next call)──▶ half-open: one probe
 *     ▲                                                ▲                              │        │
 *     └────────────────────── probe succeeded ─────────┼──────────────────────────────┘        │
 *                                                      └──────────── probe failed ─────────────┘
 *
 * Calls beside the probe are rejected, not queued: a queue behind a slow probe would turn every half-open
 * moment into a latency spike. Each state change begins an era; a call that ends in a later era than it began in
 * is not counted, so that a slow failure from before cannot reopen a circuit that has just closed.
 */
export const createCircuitBreaker = (rules: CircuitBreakerRules): CircuitBreaker => {
  const {to, clock} = rules
  const window = createSlidingWindow<'ok' | 'failed'>(rules.windowMs, clock)
  let state: CircuitState = 'closed'
  let openedAt = 0
  let era = 0

  const enter = (next: CircuitState): void => {
    state = next
    era++
    window.clear()
    if (next !== 'open') return
    openedAt = clock.now()
    rules.onOpen?.()
  }

  const rejects = (): boolean =>
    state === 'half-open' || (state === 'open' && clock.now() - openedAt < rules.openMs)

  const settle = (callEra: number, failed: boolean): void => {
    if (callEra !== era) return
    if (state === 'half-open') {
      enter(failed ? 'open' : 'closed')
      return
    }
    window.add(failed ? 'failed' : 'ok')
    if (!failed) return
    const failures = window.count('failed')
    const calls = failures + window.count('ok')
    if (calls >= rules.minimumCalls && failures >= calls * rules.failureRatio) enter('open')
  }

  return {
    run: async (call) => {
      if (rejects()) throw new CallFailed('rejected', `${to} is failing; not called`, {to})
      if (state === 'open') enter('half-open')
      const callEra = era
      try {
        const answer = await call(state === 'half-open')
        settle(callEra, false)
        return answer
      } catch (thrown) {
        settle(callEra, rules.isFailure(thrown))
        throw thrown
      }
    },
    state: () => state,
    rejects,
    reset: () => enter('closed'),
  }
}
