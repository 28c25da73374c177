import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {systemClock} from '../../system/clock.js'
import type {EngineOptions, LoadTotals} from '../engine.js'
import {limitsOf} from '../k6/cluster/ends-of-runners.js'
import type {K6Port} from '../k6/cluster/k6-port.js'
import type {PodState} from '../k6/cluster/pod-state.js'
import {longestMs, wasAborted} from '../k6/hopeless.js'
import type {HoldMessage} from '../k6/script/messages.js'
import {brokenRunner, endedRunners} from './ended-runners.js'
import {MergedBooks} from './merged-books.js'
import type {PushReader} from './pushes.js'
import {settle} from './settle.js'
import {podsOf} from './test-run-pods.js'

/** After the last timeout, and after a stop, k6 has this long for its teardown and its last push. */
const patienceMs = 30_000
/** A second is closed this long after its end: runners push each second, and we read each second. */
const tellingMs = 2_500
/** The pushes are read, and the pods looked at, so often. */
const lookMs = 1_000
/** From the word to begin to the first iteration, by way of the API server: a runner looks for it every 20 ms. */
const leadMs = 25
/** Runners that begin further apart than this are worth a word. */
const apartMs = 100

/** A runner that holds before the load. */
export interface HeldRunner {
  pod: string
  /** From 0. */
  index: number
  port: K6Port
}

/** What a load by the operator works with. */
export interface OperatorParts {
  plan: Plan
  cluster: Cluster
  /** Of the TestRun. */
  name: string
  runners: readonly HeldRunner[]
  /** What the script's setup made. */
  setUp: Extract<HoldMessage, {step: 'made'}>['data']
  /** Due seconds are told modulo this. */
  seconds: number
  pushes: PushReader
  /** Of the Prometheus, for messages. */
  prometheus: string
  options: EngineOptions
}

/**
 * Runners that hold, and then are the load. A class because a run is one thing with a few moments:
 *
 *   all begin ── each second: pushes read, pods looked at ── every runner ends ── counts agree ── books closed
 */
export class OperatorLoad {
  readonly #parts: OperatorParts
  readonly #over = new AbortController()
  /** How late each runner began, by its index. */
  readonly #late = new Map<number, number>()
  #states: readonly PodState[] = []
  /** Seconds that are over, and told to the books. */
  #closed = 0
  #stopping = false
  #isEnding = false
  #stopLimitMs = Number.POSITIVE_INFINITY
  #failure: Error | undefined

  constructor(parts: OperatorParts) {
    this.#parts = parts
  }

  /** The whole load, from its start to the end of the last runner. */
  async run(startAtMs: number): Promise<LoadTotals> {
    const {plan, options, pushes, prometheus} = this.#parts
    const {onSecond, onLive = () => {}} = options
    const books = new MergedBooks(plan, this.#parts.seconds, {startAtMs, onSecond, onLive})
    const {signal} = this.#over
    try {
      await systemClock.sleep(Math.max(0, startAtMs - leadMs - systemClock.now()), signal)
      await this.#begin(startAtMs)
      await this.#follow(books, startAtMs)
      const endMs = systemClock.now() - startAtMs
      const ended = await endedRunners(this.#parts.cluster, this.#parts.runners, this.#states)
      const failure =
        this.#failure ?? (this.#stopping ? undefined : brokenRunner(ended, plan, {stopped: this.#isEnding}))
      const lost = await settle({pushes, ended, prometheus, isWhole: failure === undefined}, () =>
        this.#read(books),
      )
      this.#closeThrough(books, Math.floor(Math.min(endMs, plan.durationMs - 1) / 1000))
      books.finish(endMs)
      if (failure ?? lost) throw failure ?? lost
      const limits = limitsOf(ended, this.#stopping, books.began)
      if (limits.limit === undefined && !this.#stopping && books.untold > 0)
        throw new EnvironmentError(`The runners told of ${books.untold} arrivals less than the plan has`)
      return {...books.totals, ...limits}
    } finally {
      this.#over.abort(new Error('the load is over'))
    }
  }

  /** Tells every k6 to stop: what is in flight is given up. Those that do not within the grace are left to `close`. */
  stop(graceMs: number): void {
    if (this.#stopping) return
    this.#stopping = true
    this.#endAll(graceMs)
  }

  #endAll(graceMs: number): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#stopLimitMs = systemClock.now() + Math.max(0, graceMs) + patienceMs
    // One that is gone, or ends in this moment, does not answer.
    for (const {port} of this.#parts.runners) port.change({stopped: true}, this.#over.signal).catch(() => {})
  }

  /** The first thing that went wrong ends the load. */
  #fail(why: Error): void {
    if (this.#stopping) return
    this.#failure ??= why
    this.#endAll(0)
  }

  async #begin(startAtMs: number): Promise<void> {
    const {runners, setUp, options} = this.#parts
    if (this.#stopping) return
    const begun = await Promise.allSettled(
      runners.map(async ({index, port}) => {
        const sentMs = systemClock.now()
        await port.putSetUpData({step: 'begin', first: index === 0, data: setUp}, this.#over.signal)
        const lateMs = Math.max(0, (sentMs + systemClock.now()) / 2 + leadMs / 2 - startAtMs)
        this.#late.set(index, lateMs)
        return lateMs
      }),
    )
    const broken = begun.find((one) => one.status === 'rejected')
    if (broken !== undefined) this.#fail(broken.reason)
    const times = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const apart = Math.max(...times) - Math.min(...times)
    if (apart > apartMs) options.onWarning?.(`the runners of the load began ${Math.round(apart)} ms apart`)
  }

  /** Reads and looks until every runner has ended, or the time for that is over. */
  async #follow(books: MergedBooks, startAtMs: number): Promise<void> {
    const {plan} = this.#parts
    const lastMs = startAtMs + longestMs(plan) + patienceMs
    for (;;) {
      // An API server or a Prometheus that is away for a moment says nothing of the load.
      await this.#read(books).catch(() => {})
      await this.#look().catch(() => {})
      const nowMs = systemClock.now()
      this.#closeThrough(books, Math.floor((nowMs - tellingMs - startAtMs) / 1000) - 1)
      if (this.#allEnded()) return
      if (nowMs > lastMs && !this.#isEnding)
        this.#fail(new EnvironmentError(`k6 did not end when its load was over: TestRun ${this.#parts.name}`))
      if (nowMs > this.#stopLimitMs) return
      await systemClock.sleep(lookMs, this.#over.signal)
    }
  }

  async #read(books: MergedBooks): Promise<void> {
    for (const push of await this.#parts.pushes.read(this.#over.signal))
      books.book(push, this.#late.get(Number(push.labels['instance_id']) - 1) ?? 0)
  }

  async #look(): Promise<void> {
    const {cluster, name, plan, runners} = this.#parts
    this.#states = (await podsOf(cluster, name)).runners
    const ended = this.#states.filter((state) => state.ended !== undefined)
    const missing = runners.length - this.#states.length
    if (this.#isEnding || (ended.length === 0 && missing === 0)) return
    const broken = await endedRunners(
      cluster,
      runners.filter(
        ({pod}) => !this.#states.some((state) => state.name === pod && state.ended === undefined),
      ),
      this.#states,
    )
    const failure = brokenRunner(broken, plan, {stopped: false})
    if (failure !== undefined) this.#fail(failure)
    // A limit that the script has for itself, crossed in one runner, ends the load; one that is judged at the end does not.
    else if (broken.some(({log}) => wasAborted(log)) && !this.#allEnded()) this.#endAll(0)
  }

  #allEnded(): boolean {
    return this.#parts.runners.every(({pod}) => {
      const state = this.#states.find(({name}) => name === pod)
      return state === undefined || state.ended !== undefined
    })
  }

  #closeThrough(books: MergedBooks, index: number): void {
    const last = Math.ceil(this.#parts.plan.durationMs / 1000) - 1
    for (; this.#closed <= Math.min(index, last); this.#closed++)
      books.secondPassed(this.#closed, systemClock.now())
  }
}
