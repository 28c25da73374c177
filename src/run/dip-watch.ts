import {messageOf} from '../errors.js'
import type {Plan} from '../plan/plan.js'
import {formatDuration} from '../scenarios/quantities.js'
import type {Clock} from '../system/clock.js'
import type {Course} from './course.js'
import type {LiveSeries} from './live-series.js'
import type {ObjectiveState} from './progress.js'
import type {RunEvent} from './record.js'
import type {JudgeStanding} from './standing.js'

interface DipWatch {
  plan: Plan
  course: Pick<Course, 'phases' | 'endBefore'>
  live: Pick<LiveSeries, 'upTo' | 'intervalMs'>
  judge: JudgeStanding
  clock: Clock
  signal: AbortSignal
  record(event: RunEvent): void
}

/** Looked at so long before the dip would begin: the samples must be fetched by then. */
const aheadMs = 800
/** The end of the recovery that is looked at: long enough to count some events. */
const stretchMs = 5_000

/**
 * Leaves out the dip of the load where every share that the scenario asks for is well at the end of the recovery: there
 * is no failure then that it could show the cause of. Where that is not known, the dip comes.
 */
export const watchDip = async (watch: DipWatch): Promise<void> => {
  const {plan, course, clock, signal, record} = watch
  const dip = plan.phases.find(({name}) => name === 'dip')
  if (dip === undefined) return
  await course.phases.until(dip.startMs - aheadMs, signal)
  const atMs = clock.now()
  try {
    if (!(await isWell(watch, atMs)) || !course.endBefore(dip)) return
    const message = `all was well in the last ${formatDuration(stretchMs)} of the recovery`
    record({kind: 'event', atMs, event: 'dip-left-out', message})
  } catch (cause) {
    signal.throwIfAborted()
    const message = `nobody could see whether the system had recovered before the dip: ${messageOf(cause)}`
    record({kind: 'event', atMs, event: 'warning', message})
  }
}

const isWell = async ({plan, live, judge, signal}: DipWatch, toMs: number): Promise<boolean> => {
  const series = await live.upTo(toMs, signal)
  // As if it were a baseline, in which every share is judged whatever the phases that it is asked for in.
  const phase = {name: 'baseline', startMs: 0, endMs: stretchMs} as const
  const startMs = toMs - stretchMs
  const events: RunEvent[] = [{kind: 'event', atMs: startMs, event: 'phase-started', phase: phase.name}]
  const {objectives} = judge(plan, {phase, startMs, toMs, events, series, intervalMs: live.intervalMs})
  const shares = objectives.filter(({unit}) => unit === 'ratio')
  return shares.length > 0 && shares.every(meetsItsTarget)
}

/** Without events the interval is everything, and nothing is known. */
const meetsItsTarget = ({state, estimate, interval, target}: ObjectiveState): boolean =>
  state !== 'missed' &&
  estimate !== undefined &&
  estimate >= target &&
  interval !== undefined &&
  interval.low > target / 2
