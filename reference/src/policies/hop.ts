import {createBackoff} from './backoff.js'
import {CallFailed} from './failure.js'
import {createGuard} from './guard.js'
import type {HopContext, HopRules} from './hop-rules.js'
import {withRetry} from './retry.js'
import {createRetryBudget} from './retry-budget.js'

/** A read and a repeatable write (one with an idempotency key) may be tried again, a write without a key never. */
export type CallKind = 'read' | 'repeatable' | 'once'

/** One edge of the shop as its caller sees it: every call to one callee passes here. */
export interface Hop {
  /** Throws CallFailed, or what the attempt threw when that is not a failure of the call. */
  run<T>(kind: CallKind, attempt: (signal?: AbortSignal) => Promise<T>): Promise<T>
  /** Whether a call would be rejected now. */
  rejects(): boolean
}

const budgetRules = {windowMs: 10_000, ratio: 0.2, minimumPerSecond: 2}
const backoffRules = {baseMs: 15, capMs: 250}
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
  const guard = createGuard(rules, context)

  const retried = <T>(call: CallKind, attempt: (signal?: AbortSignal) => Promise<T>): Promise<T> =>
    withRetry(
      {
        maxRetries: switches.amount('retry.max'),
        mayRetry: (thrown) => mayRetry(thrown, call, rules),
        nextDelayMs: createBackoff(backoffRules, switches.isOn('retry.jitter'), random),
        takeFromBudget: () => !switches.isOn('retry.budget') || budget.takeRetry(),
        clock,
      },
      () => guard.run(attempt),
    )

  return {
    rejects: guard.rejects,
    run: async (kind, attempt) => {
      budget.called()
      try {
        const answer = await (kind !== 'once' && switches.isOn('retry')
          ? retried(kind, attempt)
          : guard.run(attempt))
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
