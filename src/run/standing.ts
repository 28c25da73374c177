import {messageOf} from '../errors.js'
import type {Plan, PlannedPhase} from '../plan/plan.js'
import {phaseNames} from '../scenarios/scenario.js'
import type {Clock} from '../system/clock.js'
import type {Course} from './course.js'
import {GuardTripped} from './guards.js'
import type {LiveSeries, LiveSource} from './live-series.js'
import type {ObjectiveState} from './progress.js'
import type {Decision, RunEvent} from './record.js'

/** A phase that is on, as far as it is known. Times in epoch ms. */
export interface SoFar {
  phase: PlannedPhase
  /** When it really began. */
  startMs: number
  toMs: number
  events: RunEvent[]
  series: LiveSource['series']
  intervalMs: number
}

/** How a phase stands. */
export interface PhaseStanding {
  objectives: ObjectiveState[]
  /** Shares of which an anytime-valid test is certain now, by objective: later looks can take back what is met, not a miss. */
  decided: {objective: string; decision: Decision}[]
  /** Why the phase may end now; absent while it must go on. */
  mayEnd?: string
  /** Why it can never end early; absent where it can. */
  full?: string
}

/** Judges a phase while it is on. A verdict function, handed in so that the arrow stays one way. */
export type JudgeStanding = (plan: Plan, soFar: SoFar) => PhaseStanding

/** What is looked at once a second, and what a look may do about it. */
export interface StandingWatch {
  plan: Plan
  course: Pick<Course, 'on' | 'end'>
  events: readonly RunEvent[]
  live: LiveSeries
  judge: JudgeStanding
  /** Whether phases end as soon as all is certain. */
  early: boolean
  clock: Clock
  signal: AbortSignal
  tell(states: ObjectiveState[]): void
  record(event: RunEvent): void
}

const pollMs = 1_000
/**
 * Judging may take this share of the time: with many samples, looks come more seldom, and at the latest after this long.
 * Where nothing waits for what they find, they only show how it stands. Waiting for samples keeps nobody busy.
 */
const pauses = {deciding: {share: 0.1, mostMs: 5_000}, showing: {share: 0.03, mostMs: 30_000}}

/**
 * Looks about once a second at how the objectives of the phase stand, until the signal aborts. Writes down what is
 * decided where that may end a phase or the run; throws GuardTripped when an objective is lost that a guard names.
 */
export const watchStanding = async (watch: StandingWatch): Promise<void> => {
  const {plan, clock, signal, record} = watch
  if (plan.scenario.objectives.length === 0) return
  const {share, mostMs} = watch.early || plan.scenario.lostGuards ? pauses.deciding : pauses.showing
  for (let warned = false; ; ) {
    const atMs = clock.now()
    let busyMs = 0
    try {
      busyMs = await look(watch, atMs)
      warned = false
    } catch (cause) {
      if (cause instanceof GuardTripped) throw cause
      signal.throwIfAborted()
      const message = `the objectives cannot be judged while the run goes on: ${messageOf(cause)}`
      if (!warned) record({kind: 'event', atMs, event: 'warning', message})
      warned = true
    }
    await clock.sleep(Math.min(mostMs, Math.max(pollMs, busyMs / share)), signal)
  }
}

/** Returns how long judging took, in ms. */
const look = async (watch: StandingWatch, atMs: number): Promise<number> => {
  const {plan, course, live, judge, clock, signal} = watch
  const {on} = course
  if (on === undefined || !plan.scenario.objectives.some(isJudgedIn(on.phase))) {
    watch.tell([])
    return 0
  }
  const series = await live.upTo(atMs, signal)
  // The phase may have ended meanwhile: what was fetched is not all of the next one.
  if (course.on?.phase !== on.phase) return 0
  const soFar = {...on, toMs: atMs, events: [...watch.events], series, intervalMs: live.intervalMs}
  const beganMs = clock.now()
  const standing = judge(plan, soFar)
  const busyMs = clock.now() - beganMs
  watch.tell(standing.objectives)
  writeDown(watch, on.phase, standing, clock.now())
  if (watch.early) sayFull(watch, on.phase, standing)
  if (watch.early && standing.mayEnd !== undefined) course.end(on.phase, standing.mayEnd)
  return busyMs
}

/** Who asked for early ends hears once of each phase that has none. */
const sayFull = (
  {events, clock, record}: StandingWatch,
  {name}: PlannedPhase,
  {full}: PhaseStanding,
): void => {
  if (full === undefined) return
  const message = `the ${name} phase goes on to its planned end: ${full}`
  const told = events.some((event) => event.event === 'note' && event.message === message)
  if (!told) record({kind: 'event', atMs: clock.now(), event: 'note', message})
}

/** All that count events are judged in the baseline, too, to see that the system was well. */
const isJudgedIn =
  ({name}: PlannedPhase) =>
  ({kind, during}: Plan['scenario']['objectives'][number]): boolean =>
    during.some((phase) => phase === name) ||
    (name === 'baseline' && (kind === 'ratio' || kind === 'latency'))

type Decided = RunEvent & {event: 'objective-decided'}

const writeDown = (
  {plan, early, events, record}: StandingWatch,
  {name}: PlannedPhase,
  {decided}: PhaseStanding,
  atMs: number,
): void => {
  const phase = phaseNames.find((one) => one === name)
  if (phase === undefined) return
  for (const {objective, decision} of decided) {
    const guard = plan.scenario.lostGuards?.find(({lost}) => lost === objective)
    const known = events.findLast(
      (event): event is Decided =>
        event.event === 'objective-decided' && event.objective === objective && event.phase === name,
    )
    // What was met may be missed later in the phase.
    if (known?.state !== decision.state && (early || guard)) {
      record({kind: 'event', atMs, event: 'objective-decided', objective, phase, ...decision})
    }
    const asked = plan.scenario.objectives.find((one) => one.name === objective)?.during ?? []
    // Before the faults a miss shows a sick system; a guard acts where the objective is asked for.
    if (guard && decision.state === 'missed' && asked.includes(phase))
      throw new GuardTripped(guard.name, `"${objective}" is lost for certain in the ${name} phase`)
  }
}
