import type {Clock} from '../service/clock.js'
import type {Backend} from './load-balancer.js'
import {withTimeout} from './timeout.js'

export interface HealthCheckRules {
  backends: readonly Backend[]
  intervalMs: number
  timeoutMs: number
  /** Silent checks in a row that make a backend unhealthy. One success makes it healthy again. */
  failures: number
  clock: Clock
  isOn(): boolean
  /** Whether the backend says that it is ready; rejects when it says nothing. */
  ask(backend: Backend, signal?: AbortSignal): Promise<boolean>
  mark(backend: Backend, healthy: boolean): void
}

/**
 * Asks every backend at fixed intervals whether it is ready; the result stops it.
 * "Not ready" is certain and counts at once; silence may be noise and counts when it repeats.
 */
export const startHealthChecks = (rules: HealthCheckRules): (() => void) => {
  const {clock} = rules
  const cancels = new Map<Backend, () => void>()
  let stopped = false

  const check = async (backend: Backend, silentBefore: number): Promise<number> => {
    if (!rules.isOn()) return 0
    try {
      const limits = {to: backend.replica, limitMs: rules.timeoutMs, clock}
      rules.mark(backend, await withTimeout(limits, (signal) => rules.ask(backend, signal)))
      return 0
    } catch {
      if (silentBefore + 1 >= rules.failures) rules.mark(backend, false)
      return silentBefore + 1
    }
  }

  const schedule = (backend: Backend, delayMs: number, silent: number): void => {
    const startedAt = clock.now() + delayMs
    const run = async (): Promise<void> => {
      const silentNow = await check(backend, silent)
      if (!stopped) schedule(backend, Math.max(0, startedAt + rules.intervalMs - clock.now()), silentNow)
    }
    cancels.set(
      backend,
      clock.after(delayMs, () => void run()),
    )
  }

  rules.backends.forEach((backend, index) => {
    // Spread over the interval: checks of many backends do not hit the same instant.
    schedule(backend, (rules.intervalMs * index) / rules.backends.length, 0)
  })
  return () => {
    stopped = true
    for (const cancel of cancels.values()) cancel()
  }
}
