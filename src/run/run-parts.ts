import type {Engine} from '../engines/engine.js'
import type {Fault, World} from '../faults/fault.js'
import type {MetricSource} from '../metrics/source.js'
import type {Plan} from '../plan/plan.js'
import type {JudgeRecent} from './breakpoint.js'
import type {JudgeGuard} from './guards.js'
import type {LoadMetrics} from './load-metrics.js'
import type {RunWatcher} from './progress.js'
import type {Recorder} from './recorder.js'
import type {JudgeStanding} from './standing.js'
import type {Journal} from './undo/journal.js'

/** Everything a run needs, opened. */
export interface RunParts {
  plan: Plan
  engine: Engine
  faults: Record<string, Fault>
  metrics: MetricSource
  /** Its signal is replaced: faults stop with the run, undo never does. */
  world: World
  journal: Journal
  recorder: Recorder
  judgeGuard: JudgeGuard
  judgeRecent: JudgeRecent
  judgeStanding: JudgeStanding
  /** Whether phases end as soon as all that is judged in them is certain. */
  early?: boolean
  /** Told of the load as it goes. */
  loadMetrics?: Pick<LoadMetrics, 'begin' | 'second'>
  watcher: RunWatcher
  signal: AbortSignal
  /** Asked once everything is undone: what is not as the run found it, and was not its own doing. */
  foreignChanges?(): Promise<string[]>
}
