import type {Clock} from '../service/clock.js'

export interface Backend {
  replica: string
  url: string
}

export interface LoadBalancerRules {
  backends: readonly Backend[]
  clock: Clock
  /** Failures in a row that eject a backend. */
  outlierFailures: number
  /** How long an outlier stays out. */
  ejectionMs: number
  usesHealthChecks(): boolean
  usesOutlierEjection(): boolean
}

export interface LoadBalancer {
  /** The next backend in turn, if possible a healthy one that is not in `tried`. */
  pick(tried: ReadonlySet<Backend>): Backend
  /** What became of an attempt: the passive signal. */
  report(backend: Backend, failed: boolean): void
  /** What a health check found: the active signal. */
  mark(backend: Backend, healthy: boolean): void
  isHealthy(backend: Backend): boolean
}

interface Health {
  checkedHealthy: boolean
  failuresInARow: number
  ejectedUntil: number
}

/**
 * Round robin over the healthy backends. When none is healthy it uses all of them: a health check that is wrong about
 * everyone must not take the whole service down.
 */
export const createLoadBalancer = (rules: LoadBalancerRules): LoadBalancer => {
  const {backends, clock} = rules
  const health = new Map<Backend, Health>(
    backends.map((backend) => [backend, {checkedHealthy: true, failuresInARow: 0, ejectedUntil: 0}]),
  )
  let turn = 0

  const isHealthy = (backend: Backend): boolean => {
    const known = health.get(backend)
    if (!known) return false
    if (rules.usesHealthChecks() && !known.checkedHealthy) return false
    return !(rules.usesOutlierEjection() && clock.now() < known.ejectedUntil)
  }

  /** The first in turn that `accept`s; the turn moves behind it, so that skipping one does not load its neighbour twice. */
  const next = (accept: (backend: Backend) => boolean): Backend | undefined => {
    for (let step = 0; step < backends.length; step++) {
      const index = (turn + step) % backends.length
      const backend = backends[index]
      if (!backend || !accept(backend)) continue
      turn = index + 1
      return backend
    }
    return undefined
  }

  return {
    isHealthy,
    pick: (tried) => {
      const backend =
        next((one) => isHealthy(one) && !tried.has(one)) ??
        next(isHealthy) ??
        next((one) => !tried.has(one)) ??
        next(() => true)
      if (!backend) throw new Error('a load balancer without backends was asked for one')
      return backend
    },
    report: (backend, failed) => {
      const known = health.get(backend)
      if (!known) return
      known.failuresInARow = failed ? known.failuresInARow + 1 : 0
      if (known.failuresInARow < rules.outlierFailures) return
      known.failuresInARow = 0
      known.ejectedUntil = clock.now() + rules.ejectionMs
    },
    mark: (backend, healthy) => {
      const known = health.get(backend)
      if (known) known.checkedHealthy = healthy
    },
  }
}
