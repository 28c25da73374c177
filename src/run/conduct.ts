import {setMaxListeners} from 'node:events'
import type {Engine, LoadTotals, PreparedLoad} from '../engines/engine.js'
import {messageOf} from '../errors.js'
import type {Fault, World} from '../faults/fault.js'
import type {MetricSource} from '../metrics/source.js'
import type {Plan} from '../plan/plan.js'
import type {Clock} from '../system/clock.js'
import type {JudgeRecent} from './breakpoint.js'
import {liveFaults} from './faults/fault-lives.js'
import type {JudgeGuard} from './guards.js'
import type {LoadMetrics} from './load-metrics.js'
import {ObservationSaver} from './observations.js'
import {saveAll, saveOften} from './observing.js'
import {passPhases} from './phases.js'
import type {RunWatcher} from './progress.js'
import {ProgressBoard} from './progress-board.js'
import type {RecordEnd, RunEvent} from './record.js'
import type {Recorder} from './recorder.js'
import {forwardAborts, LimitReached, stoppedBy} from './stop-reason.js'
import {setSwitches, switchesId} from './switches.js'
import type {Journal} from './undo/journal.js'
import {UndoStack} from './undo/undo-stack.js'
import {type WatchContext, watches} from './watches.js'

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
  /** Told of the load as it goes. */
  loadMetrics?: Pick<LoadMetrics, 'begin' | 'second'>
  watcher: RunWatcher
  signal: AbortSignal
  /** Asked once everything is undone: what is not as the run found it, and was not its own doing. */
  foreignChanges?(): Promise<string[]>
}

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
  #lives: Promise<void>[] = []
  #startedMs = 0
  #totals: LoadTotals | undefined

  constructor(parts: RunParts) {
    this.#parts = parts
    // Every fault, look and change of strength listens to it: many listeners are no leak.
    setMaxListeners(0, this.#stop.signal)
    const note = (message: string): void => this.#warn(message)
    const world = {...parts.world, note, signal: new AbortController().signal}
    this.#undo = new UndoStack(parts.journal, world, parts.faults)
    this.#board = new ProgressBoard(parts.plan, parts.watcher, parts.world.clock)
    this.#saver = new ObservationSaver(parts.plan, parts.metrics, parts.recorder, parts.world.clock.now())
  }

  /** Runs until the plan is done or something stops it; says which. */
  async play(): Promise<RecordEnd['ended']> {
    const {signal, recorder, world} = this.#parts
    const stopForwarding = forwardAborts([signal, recorder.failed], this.#stop)
    try {
      await this.#begin()
      await this.#together()
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
    await Promise.allSettled(this.#lives)
    const residual = await this.#undo.undoAll((id) => this.#undone(id))
    for (const left of residual) {
      this.#record({kind: 'event', atMs: world.clock.now(), event: 'undo-failed', ...left})
    }
    for (const change of (await this.#parts.foreignChanges?.()) ?? []) this.#warn(change)
    await stopped
    await this.#load?.close()
    if (!recorder.failed.aborted && this.#startedMs > 0) {
      await saveAll(this.#observing(), this.#parts.plan.phases, this.#startedMs, (event) =>
        this.#record(event),
      )
    }
    await journal.close(residual.length > 0).catch((cause: unknown) => watcher.note(messageOf(cause)))
    const totals = this.#totals ? {totals: this.#totals} : {}
    const end: RecordEnd = {kind: 'end', atMs: world.clock.now(), ended, ...totals, residual}
    recorder.write(end)
    this.#board.over()
    return end
  }

  async #begin(): Promise<void> {
    const {plan, engine, metrics, world, recorder, faults} = this.#parts
    this.#load = await engine.prepare(plan, {
      signal: this.#stop.signal,
      onSecond: (second) => {
        recorder.write({kind: 'load', ...second})
        recorder.flush()
        this.#parts.loadMetrics?.second(second)
        this.#parts.watcher.second?.(second)
      },
      onLive: (live) => this.#board.load(live),
      onWarning: (message) => this.#warn(message),
    })
    if (Object.keys(plan.switches).length > 0) {
      await setSwitches(plan, known(faults, 'switch'), this.#undo, world)
      this.#record({kind: 'event', atMs: world.clock.now(), event: 'switches-set', switches: plan.switches})
    }
    // Counting needs a sample of every series from before the first request.
    await metrics.caughtUp(world.clock.now(), this.#stop.signal)
    this.#startedMs = world.clock.now() + leadInMs
    this.#parts.loadMetrics?.begin(this.#startedMs)
    this.#record({kind: 'event', atMs: this.#startedMs, event: 'load-started'})
  }

  /** Load, phases and faults end by themselves; guards and watches end with them. The first failure stops all. */
  async #together(): Promise<void> {
    const signal = this.#stop.signal
    const aside = [
      saveOften(this.#observing(), signal),
      ...watches.map((watch) => watch(this.#watchContext())),
    ]
    this.#lives = this.#liveFaults()
    const main = [this.#sendLoad(), this.#phases(), ...this.#lives]
    for (const part of [...aside, ...main]) part.catch((cause: unknown) => this.#stop.abort(cause))
    await Promise.all(main)
    signal.throwIfAborted()
  }

  #watchContext(): WatchContext {
    const {plan, metrics, world, judgeGuard, judgeRecent} = this.#parts
    return {
      plan,
      startedMs: this.#startedMs,
      metrics,
      runId: world.runId,
      workloads: () => world.workloads(),
      toxiproxy: () => world.toxiproxy(),
      clock: world.clock,
      signal: this.#stop.signal,
      judgeGuard,
      judgeRecent,
      record: (event) => this.#record(event),
      stopLoad: async () => this.#load?.stop(graceMs),
    }
  }

  async #sendLoad(): Promise<void> {
    this.#totals = await this.#load?.run(this.#startedMs)
    if (this.#totals?.limit) throw new LimitReached(this.#totals.limit)
  }

  #liveFaults(): Promise<void>[] {
    const {plan, world, faults} = this.#parts
    const signal = this.#stop.signal
    const note = (message: string): void =>
      this.#record({kind: 'event', atMs: world.clock.now(), event: 'note', message})
    return liveFaults(plan.faults, (name) => known(faults, name), {
      world: {...world, signal, note},
      undo: this.#undo,
      startedMs: this.#startedMs,
      signal,
      record: (event) => this.#record(event),
      inForce: (fault, yes) => this.#board.fault(fault, yes),
    })
  }

  #phases(): Promise<void> {
    const {plan, world} = this.#parts
    return passPhases(plan.phases, {
      startedMs: this.#startedMs,
      clock: world.clock,
      signal: this.#stop.signal,
      record: (event) => this.#record(event),
      begins: (phase) => this.#board.phase(phase, this.#startedMs),
    })
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
    this.#board.event(event)
  }
}

const known = (faults: Record<string, Fault>, name: string): Fault => {
  const fault = faults[name]
  if (!fault) throw new Error(`the fault "${name}" is not registered`)
  return fault
}
