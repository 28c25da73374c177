import {setMaxListeners} from 'node:events'
import type {LoadTotals, PreparedLoad} from '../engines/engine.js'
import {messageOf} from '../errors.js'
import type {Fault} from '../faults/fault.js'
import type {MetricSource} from '../metrics/source.js'
import type {Clock} from '../system/clock.js'
import {Course} from './course.js'
import {liveFaults} from './faults/fault-lives.js'
import {LiveSeries} from './live-series.js'
import {ObservationSaver} from './observations.js'
import {saveAll, saveOften} from './observing.js'
import {ProgressBoard} from './progress-board.js'
import type {RecordEnd, RunEvent} from './record.js'
import type {RunParts} from './run-parts.js'
import {forwardAborts, LimitReached, stoppedBy} from './stop-reason.js'
import {setSwitches, switchesId} from './switches.js'
import {loadRemains, noteRemains} from './undo/load-remains.js'
import {UndoStack} from './undo/undo-stack.js'
import {type WatchContext, watches} from './watches.js'

/** Between "start" and the first request: time for the engine to be told. */
const leadInMs = 300
/** After a stop, what is in flight gets this long to be answered. */
const graceMs = 2_000

/**
 * Conducts a run: load, faults at their times, guards; then undoes everything and saves what was observed.
 * Never throws for what happens to the run: the end says it, and what was written until then stays.
 *
 *   switches ▸ load ══════════════════════════════════════▸ undo all ▸ samples ▸ end
 *              warm-up │ baseline │ fault ▒▒▒▒ │ recovery
 */
export const conductRun = async (parts: RunParts): Promise<RecordEnd> => {
  const run = new Conductor(parts)
  const ended = await run.play()
  return await run.finish(ended)
}

class Conductor {
  readonly #parts: RunParts
  readonly #stop = new AbortController()
  readonly #undo: UndoStack
  readonly #board: ProgressBoard
  readonly #saver: ObservationSaver
  #load: PreparedLoad | undefined
  /** Of each fault, until nothing of it is under way any more but its undoing. */
  #underWay: Promise<void>[] = []
  #lives: Promise<void>[] = []
  /** From the first request on. */
  #course: Course | undefined
  #live: LiveSeries | undefined
  readonly #events: RunEvent[] = []
  #totals: LoadTotals | undefined

  constructor(parts: RunParts) {
    this.#parts = parts
    // Every fault, look and change of strength listens to it: many listeners are no leak.
    setMaxListeners(0, this.#stop.signal)
    const note = (message: string): void => this.#warn(message)
    const world = {...parts.world, note, signal: new AbortController().signal}
    this.#undo = new UndoStack(parts.journal, world, parts.faults)
    this.#board = new ProgressBoard(parts.plan, parts.watcher)
    this.#saver = new ObservationSaver(parts.plan, parts.metrics, parts.recorder, parts.world.clock.now())
  }

  /** Runs until the plan is done or something stops it; says which. */
  async play(): Promise<RecordEnd['ended']> {
    const {signal, recorder, world} = this.#parts
    const stopForwarding = forwardAborts([signal, recorder.failed], this.#stop)
    try {
      await this.#together(await this.#begin())
      return 'completed'
    } catch (thrown) {
      // The first reason counts: what fails after a stop fails because of it.
      const {ended, event} = stoppedBy(
        this.#stop.signal.aborted ? this.#stop.signal.reason : thrown,
        world.clock.now(),
      )
      this.#record(event)
      return ended
    } finally {
      this.#stop.abort(new Error('the run is over'))
      stopForwarding()
    }
  }

  /** Undoes everything, whatever happened, and writes down what was observed. */
  async finish(ended: RecordEnd['ended']): Promise<RecordEnd> {
    const {recorder, world, watcher, journal} = this.#parts
    this.#board.finishing()
    const stopped = this.#load?.stop(ended === 'completed' ? 0 : graceMs).catch(() => undefined)
    // A fault that is being injected or adjusted right now must have landed before it is taken back.
    await Promise.allSettled(this.#underWay)
    const residual = await this.#undo.undoAll((id) => this.#undone(id))
    await Promise.allSettled(this.#lives)
    for (const left of residual) {
      this.#record({kind: 'event', atMs: world.clock.now(), event: 'undo-failed', ...left})
    }
    for (const change of (await this.#parts.foreignChanges?.()) ?? []) this.#warn(change)
    await stopped
    await this.#load?.close().catch((cause: unknown) => {
      const left = {fault: loadRemains, message: messageOf(cause), remedy: 'run `shakedown restore`'}
      residual.push(left)
      this.#record({kind: 'event', atMs: world.clock.now(), event: 'undo-failed', ...left})
    })
    if (!recorder.failed.aborted && this.#course)
      await saveAll(this.#observing(), this.#course, (event) => this.#record(event))
    await journal.close(residual.length > 0).catch((cause: unknown) => watcher.note(messageOf(cause)))
    const totals = this.#totals ? {totals: this.#totals} : {}
    const end: RecordEnd = {kind: 'end', atMs: world.clock.now(), ended, ...totals, residual}
    recorder.write(end)
    this.#board.over()
    return end
  }

  async #begin(): Promise<Course> {
    const {plan, engine, metrics, world, recorder, faults} = this.#parts
    this.#load = await engine.prepare(plan, {
      signal: this.#stop.signal,
      onSecond: (second) => {
        recorder.write({kind: 'load', ...second})
        recorder.flush()
        this.#parts.loadMetrics?.second(second)
        this.#live?.second(second)
        this.#parts.watcher.second?.(second)
      },
      onLive: (live) => this.#board.load(live),
      onWarning: (message) => this.#warn(message),
      runId: world.runId,
      leaves: noteRemains(this.#parts.journal, () => world.clock.now()),
    })
    if (Object.keys(plan.switches).length > 0) {
      await setSwitches(plan, known(faults, 'switch'), this.#undo, world)
      this.#record({kind: 'event', atMs: world.clock.now(), event: 'switches-set', switches: plan.switches})
    }
    // Counting needs a sample of every series from before the first request.
    await metrics.caughtUp(world.clock.now(), this.#stop.signal)
    const startedMs = world.clock.now() + leadInMs
    this.#parts.loadMetrics?.begin(startedMs)
    this.#live = new LiveSeries(plan, metrics, startedMs)
    this.#record({kind: 'event', atMs: startedMs, event: 'load-started'})
    this.#course = new Course(plan, world.clock, startedMs)
    return this.#course
  }

  /** Load, phases and faults end by themselves; guards and watches end with them. The first failure stops all. */
  async #together(course: Course): Promise<void> {
    const signal = this.#stop.signal
    const context = this.#watchContext(course)
    const aside = [saveOften(this.#observing(), signal), ...watches.map((watch) => watch(context))]
    this.#liveFaults(course)
    const main = [this.#sendLoad(course), this.#phases(course), ...this.#lives]
    for (const part of [...aside, ...main]) part.catch((cause: unknown) => this.#stop.abort(cause))
    await Promise.all(main)
    signal.throwIfAborted()
  }

  #watchContext(course: Course): WatchContext {
    const {plan, metrics, world, judgeGuard, judgeRecent, judgeStanding, early = false} = this.#parts
    return {
      plan,
      startedMs: course.phases.startedMs,
      metrics,
      runId: world.runId,
      workloads: () => world.workloads(),
      toxiproxy: () => world.toxiproxy(),
      clock: world.clock,
      signal: this.#stop.signal,
      judgeGuard,
      judgeRecent,
      judgeStanding,
      course,
      live: this.#live ?? new LiveSeries(plan, metrics, course.phases.startedMs),
      events: this.#events,
      early,
      tell: (states) => this.#board.objectives(states),
      record: (event) => this.#record(event),
      stopLoad: async () => this.#load?.stop(graceMs),
    }
  }

  async #sendLoad(course: Course): Promise<void> {
    this.#totals = await this.#load?.run(course.phases.startedMs)
    if (this.#totals?.limit) throw new LimitReached(this.#totals.limit)
  }

  #liveFaults({phases}: Course): void {
    const {plan, world, faults} = this.#parts
    const signal = this.#stop.signal
    const note = (message: string): void =>
      this.#record({kind: 'event', atMs: world.clock.now(), event: 'note', message})
    const landings = new Map<string, () => void>()
    const landed = plan.faults.map(({id}) => new Promise<void>((resolve) => landings.set(id, resolve)))
    this.#lives = liveFaults(plan.faults, (name) => known(faults, name), {
      world: {...world, signal, note},
      undo: this.#undo,
      phases,
      signal,
      record: (event) => this.#record(event),
      landed: (id) => landings.get(id)?.(),
      inForce: (fault, yes) => this.#board.fault(fault, yes),
    })
    this.#underWay = this.#lives.map((life, index) => Promise.race([life, landed[index]]))
  }

  async #phases(course: Course): Promise<void> {
    await course.pass({
      signal: this.#stop.signal,
      record: (event) => this.#record(event),
      begins: (phase) => this.#board.phase(phase, course.phases),
    })
    // What was saved is at the end of the load's own plan.
    if (course.isCut) await this.#load?.stop(graceMs)
  }

  #observing(): {saver: ObservationSaver; metrics: MetricSource; clock: Clock} {
    return {saver: this.#saver, metrics: this.#parts.metrics, clock: this.#parts.world.clock}
  }

  #undone(id: string): void {
    const atMs = this.#parts.world.clock.now()
    if (id === switchesId) this.#record({kind: 'event', atMs, event: 'switches-restored'})
    else this.#record({kind: 'event', atMs, event: 'fault-undone', fault: id})
  }

  #warn(message: string): void {
    this.#record({kind: 'event', atMs: this.#parts.world.clock.now(), event: 'warning', message})
  }

  #record(event: RunEvent): void {
    this.#parts.recorder.write(event)
    this.#events.push(event)
    this.#board.event(event)
  }
}

const known = (faults: Record<string, Fault>, name: string): Fault => {
  const fault = faults[name]
  if (!fault) throw new Error(`the fault "${name}" is not registered`)
  return fault
}
