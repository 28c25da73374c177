import type {Clock} from '../service/clock.js'
import type {ServiceMetrics} from '../service/metrics.js'
import type {Random} from '../service/random.js'
import type {SwitchBoard} from './switches.js'

/** What is particular to one edge. */
export interface HopRules {
  to: string
  timeoutMs: number
  /** Switch that turns the timeout off. */
  timeoutSwitch: 'timeout' | 'db.timeout'
  /** Calls that may be tried again after a timeout: it multiplies the wait, so only where the caller can afford it. */
  retriesTimeouts: 'none' | 'reads' | 'all'
}

/** What all edges of one caller share. */
export interface HopContext {
  from: string
  switches: SwitchBoard
  metrics: ServiceMetrics
  clock: Clock
  random: Random
}
