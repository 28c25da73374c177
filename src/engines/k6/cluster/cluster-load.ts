import type {Cluster} from '../../../clients/kubernetes/cluster.js'
import {EnvironmentError, UserError} from '../../../errors.js'
import type {Plan} from '../../../plan/plan.js'
import {systemClock} from '../../../system/clock.js'
import type {EngineOptions, LoadTotals} from '../../engine.js'
import {Books} from '../books.js'
import {hopeless, longestMs} from '../hopeless.js'
import type {Sample} from '../samples.js'
import {createTimers} from '../timers.js'
import {usersOf} from '../virtual-users.js'
import {failureOfRunner, limitsOf} from './ends-of-runners.js'
import {readPodState} from './pod-state.js'
import {deletions, endTrouble} from './pod-trouble.js'
import type {Runner} from './runner.js'

/** After the last timeout, and after a stop, k6 has this long for its teardown and its last samples. */
const patienceMs = 20_000
/** What k6 tells of a second is here this long after its end: it gathers samples for 200 ms, and the log takes its time. */
const tellingMs = 1_500
/** The pods are looked at so often. */
const lookMs = 1_000
/** How long the API server may take to say why a container ended. */
const reasonMs = 5_000
/** From the request that starts k6 to its first iteration, by way of the API server; then as for a k6 here. */
const leadMs = (users: number): number => 12 + 0.02 * users
/** k6's exit code when a signal ended it, as the kubelet sends one to a pod that is deleted. */
const signalledCode = 105
/** Pods that begin further apart than this are worth a word. */
const apartMs = 100

/** What a load in a cluster works with. */
export interface ClusterParts {
  plan: Plan
  cluster: Cluster
  selector: string
  runners: readonly Runner[]
  options: EngineOptions
  listen(hear: (sample: Sample, runner: number) => void): void
}

/**
 * Pods that hold before their start, and then are the load. A class because a run is one thing with a few moments:
 *
 *   all start ── seconds pass, logs come ── every k6 ends by itself, or is told to stop ── books closed
 */
export class ClusterLoad {
  readonly #parts: ClusterParts
  readonly #timers = createTimers()
  readonly #over = new AbortController()
  /** Seconds that are over, and told to the books. */
  #closed = 0
  #stopping = false
  #ended = false
  #failure: Error | undefined

  constructor(parts: ClusterParts) {
    this.#parts = parts
  }

  /** The whole load, from its start to the end of the last pod. */
  async run(startAtMs: number): Promise<LoadTotals> {
    const {plan, runners, options, listen} = this.#parts
    const {onSecond, onLive = () => {}} = options
    const books = new Books(plan, {startAtMs, onSecond, onLive, runners: runners.length})
    listen((sample, runner) => books.book(sample, runner))
    const untilStartMs = startAtMs - systemClock.now()
    const users = usersOf(plan).reduce((sum, count) => sum + count, 0) / runners.length
    this.#timers.after(untilStartMs - leadMs(users), () => void this.#start(books, startAtMs))
    this.#watchSeconds(books, startAtMs, 0)
    this.#timers.after(untilStartMs + longestMs(plan) + patienceMs, () => this.#giveUp())
    const looking = this.#look()
    try {
      await Promise.all(runners.map((runner) => runner.follow(this.#over.signal)))
      this.#ended = true
      const endMs = systemClock.now() - startAtMs
      this.#closeThrough(books, Math.floor(Math.min(endMs, plan.durationMs - 1) / 1000))
      books.finish(endMs)
      const failure = this.#failure ?? (this.#stopping ? undefined : await this.#failureAtEnd(books))
      if (failure !== undefined) throw failure
      return {...books.totals, ...limitsOf(runners, this.#stopping, books.began)}
    } finally {
      this.#over.abort(new Error('the load is over'))
      this.#timers.clear()
      await looking
    }
  }

  /** Tells every k6 to stop: what is in flight is given up. Those that do not within the grace are left to `close`. */
  stop(graceMs: number): void {
    if (this.#stopping || this.#ended) return
    this.#stopping = true
    const {runners} = this.#parts
    // One that is gone, or ends in this moment, does not answer.
    for (const runner of runners) runner.port.change({stopped: true}, this.#over.signal).catch(() => {})
    this.#timers.after(Math.max(0, graceMs) + patienceMs, () =>
      this.#over.abort(new Error('the grace is over')),
    )
  }

  async #start(books: Books, startAtMs: number): Promise<void> {
    const {runners, options} = this.#parts
    const begun = await Promise.allSettled(
      runners.map(async (runner) => {
        const sentMs = systemClock.now()
        await runner.port.change({paused: false}, this.#over.signal)
        const lateMs = (sentMs + systemClock.now()) / 2 - startAtMs
        books.begun(runner.index, lateMs)
        return lateMs
      }),
    )
    const times = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const broken = begun.find((one) => one.status === 'rejected')
    if (broken !== undefined && !this.#stopping) this.#fail(asError(broken.reason))
    const apart = Math.max(...times) - Math.min(...times)
    if (apart > apartMs) options.onWarning?.(`the pods of the load began ${Math.round(apart)} ms apart`)
  }

  #watchSeconds(books: Books, startAtMs: number, index: number): void {
    this.#timers.after(startAtMs + (index + 1) * 1000 + tellingMs - systemClock.now(), () => {
      this.#closeThrough(books, index)
      this.#watchSeconds(books, startAtMs, index + 1)
    })
  }

  #closeThrough(books: Books, index: number): void {
    const {runners, plan} = this.#parts
    for (; this.#closed <= index; this.#closed++)
      books.secondPassed(
        this.#closed,
        runners.reduce((sum, runner) => sum + runner.takeCpu(), 0),
      )
    const why = this.#stopping
      ? undefined
      : runners.map(({log}) => hopeless(books, log)).find((one) => one !== undefined)
    if (why !== undefined)
      this.#fail(new UserError(`The script ${plan.scenario.load.script?.path ?? 'of k6'} ${why}`))
  }

  /** Looks at the pods until the load is over: one that was ended by somebody else breaks it. */
  async #look(): Promise<void> {
    const {signal} = this.#over
    while (!signal.aborted) {
      // An API server that is away for a moment says nothing of the pods.
      await this.#lookOnce().catch(() => {})
      await systemClock.sleep(lookMs, signal).catch(() => {})
    }
  }

  async #lookOnce(): Promise<void> {
    const {cluster, selector, runners} = this.#parts
    const states = (await cluster.objects.list('v1', 'Pod', selector)).map(readPodState)
    for (const runner of runners) runner.state = states.find(({name}) => name === runner.pod)
    if (this.#stopping || this.#ended) return
    const why = this.#brokenBy()
    if (why !== undefined) this.#fail(why)
  }

  /** What broke the load. Where one pod fails, the Job deletes the others: that is not the reason. */
  #brokenBy(): Error | undefined {
    const {runners, plan} = this.#parts
    const troubles = runners.map((runner) => runner.failure ?? (runner.state && endTrouble(runner.state)))
    const first = troubles.find((one) => one !== undefined)
    if (first !== undefined) return first
    const failed = runners.filter(({state}) => state?.phase === 'Failed')
    if (failed.length > 0)
      return failed.filter(({isComplete}) => isComplete).map((one) => failureOfRunner(one, plan))[0]
    return (
      deletedOf(runners) ??
      runners.flatMap((one) => (one.isComplete ? (failureOfRunner(one, plan) ?? []) : []))[0]
    )
  }

  /** The first thing that went wrong ends the load. */
  #fail(why: Error): void {
    if (this.#stopping || this.#ended) return
    this.#failure = why
    this.stop(0)
  }

  #giveUp(): void {
    const late = this.#parts.runners.filter(({isComplete}) => !isComplete).map(({pod}) => pod)
    this.#fail(new EnvironmentError(`k6 did not end when its load was over: ${late.join(', ')}`))
  }

  async #failureAtEnd(books: Books): Promise<Error | undefined> {
    const {runners, plan} = this.#parts
    const broken = runners.filter(
      (runner) => !runner.isComplete || failureOfRunner(runner, plan) !== undefined,
    )
    // Why a container was killed is told a moment after it was.
    for (const endMs = performance.now() + reasonMs; broken.length > 0 && performance.now() < endMs; ) {
      await this.#lookOnce().catch(() => {})
      if (broken.every(({state}) => state === undefined || state.ended !== undefined)) break
      await systemClock.sleep(200, new AbortController().signal)
    }
    const ended = broken.map((runner) => runner.failure ?? (runner.state && endTrouble(runner.state)))
    const failures = [...ended, deletedOf(broken), ...broken.map((runner) => failureOfRunner(runner, plan))]
    const failure = failures.find((one) => one !== undefined)
    if (failure !== undefined) return failure
    if (limitsOf(runners, false, books.began).limit !== undefined || !books.untold) return undefined
    return new EnvironmentError('The pods of the load told of fewer arrivals than the plan has')
  }
}

/** Whoever deletes a pod has its k6 end with a signal first, as if its work were done: the others would go on alone. */
const deletedOf = (runners: readonly Runner[]): Error | undefined =>
  deletions(runners.filter(({isComplete, code}) => !isComplete || code === signalledCode))

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)))
