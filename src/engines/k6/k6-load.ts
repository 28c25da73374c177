import {EnvironmentError, UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {systemClock} from '../../system/clock.js'
import type {EngineOptions, LoadTotals} from '../engine.js'
import {Books} from './books.js'
import {failureOf} from './ends.js'
import type {Gate} from './gate.js'
import {hopeless, longestMs, wasAborted} from './hopeless.js'
import type {Job} from './job.js'
import type {K6Process} from './process.js'
import type {Sample} from './samples.js'
import {limitReached, markedAsFailed, thresholdResults} from './threshold-results.js'
import {createTimers} from './timers.js'
import {usersOf} from './virtual-users.js'

/** After the last timeout, and after a stop, k6 has this long for its teardown and its last samples. */
const patienceMs = 15_000
/** What k6 tells of a second is here this long after its end: it gathers samples for 200 ms. */
const tellingMs = 400
/** From the gate to the first request: measured with 10 to 1,000 virtual users, which k6 wakes one after another. */
const leadMs = (users: number): number => 2 + 0.02 * users
/** k6's exit code for a script that called `test.fail()`. */
const markedCode = 110
/**
 * A k6 that waits at the gate, and then is the load. A class because a run is one thing with a few moments:
 *
 *   gate opens ── seconds pass, samples come ── k6 ends by itself, or by one SIGTERM, or is killed ── books closed
 */
export class K6Load {
  readonly #plan: Plan
  readonly #gate: Gate
  readonly #job: Job
  readonly #k6: K6Process
  readonly #options: EngineOptions
  readonly #listen: (hear: (sample: Sample) => void) => void
  readonly #timers = createTimers()
  /** Seconds that are over, and told to the books. */
  #closed = 0
  /** What k6 used in the last second that could be measured: a process that is gone tells nothing. */
  #cpu = 0
  #stopping = false
  #ended = false
  #failure: Error | undefined

  constructor(
    plan: Plan,
    {gate, job, k6}: {gate: Gate; job: Job; k6: K6Process},
    options: EngineOptions,
    listen: (hear: (sample: Sample) => void) => void,
  ) {
    this.#plan = plan
    this.#gate = gate
    this.#job = job
    this.#k6 = k6
    this.#options = options
    this.#listen = listen
  }

  /** The whole load, from its start to k6's end. */
  async run(startAtMs: number): Promise<LoadTotals> {
    const {onSecond, onLive = () => {}} = this.#options
    const books = new Books(this.#plan, {startAtMs, onSecond, onLive})
    this.#listen((sample) => books.book(sample))
    this.#k6.cpu()
    const untilStartMs = startAtMs - systemClock.now()
    const users = usersOf(this.#plan).reduce((sum, count) => sum + count, 0)
    this.#timers.after(untilStartMs - leadMs(users), () => this.#gate.open())
    this.#watchSeconds(books, startAtMs, 0)
    this.#timers.after(untilStartMs + longestMs(this.#plan) + patienceMs, () => this.#giveUp())
    try {
      const end = await this.#k6.ended
      this.#ended = true
      const endMs = systemClock.now() - startAtMs
      this.#closeThrough(books, Math.floor(Math.min(endMs, this.#plan.durationMs - 1) / 1000), this.#cpu)
      books.finish(endMs)
      this.#tellExceptions()
      const failure = this.#failure ?? (this.#stopping ? undefined : this.#failureOf(end))
      if (failure !== undefined) throw failure
      return {...books.totals, ...(await this.#limits(end.code, books.began))}
    } finally {
      this.#timers.clear()
    }
  }

  /** Ends k6: it gives up what is in flight, because it knows no other way, and has the grace for its teardown. */
  stop(graceMs: number): void {
    if (this.#stopping || this.#ended) return
    this.#stopping = true
    // A second SIGTERM would cost the last samples.
    this.#k6.signal('SIGTERM')
    this.#timers.after(Math.max(0, graceMs) + patienceMs, () => this.#k6.signal('SIGKILL'))
  }

  #watchSeconds(books: Books, startAtMs: number, index: number): void {
    this.#timers.after(startAtMs + (index + 1) * 1000 - systemClock.now(), () => {
      const cpu = this.#k6.cpu()
      this.#cpu = cpu
      this.#timers.after(tellingMs, () => this.#closeThrough(books, index, cpu))
      this.#watchSeconds(books, startAtMs, index + 1)
    })
  }

  #closeThrough(books: Books, index: number, cpu: number): void {
    for (; this.#closed <= index; this.#closed++) books.secondPassed(this.#closed, cpu)
    this.#checkScript(books)
  }

  /** Stops a script that can send nothing: nobody wants to wait for the end of that. */
  #checkScript(books: Books): void {
    const why = this.#stopping ? undefined : hopeless(books, this.#k6.log)
    if (why === undefined) return
    this.#failure = new UserError(`The script ${this.#plan.scenario.load.script?.path ?? 'of k6'} ${why}`)
    this.stop(0)
  }

  #giveUp(): void {
    this.#failure = new EnvironmentError('k6 did not end when its load was over')
    this.stop(0)
  }

  #failureOf(end: Awaited<K6Process['ended']>): Error | undefined {
    return failureOf(end, this.#k6.log, this.#plan.scenario.load.script?.path)
  }

  #tellExceptions(): void {
    const {onWarning = () => {}} = this.#options
    const {count, first} = this.#k6.log.exceptions
    if (count > 0) onWarning(`${count} iterations of the script threw, the first: ${first}`)
  }

  /** What the script asked of itself. Of a load that was stopped, k6 could not tell. */
  async #limits(code: number | null, began: number): Promise<Pick<LoadTotals, 'thresholds' | 'limit'>> {
    const {thresholds: asked} = this.#job
    const summary = this.#stopping ? undefined : await this.#job.summary()
    const results = thresholdResults(asked, summary, began)
    const thresholds = code === markedCode ? [...results, markedAsFailed] : results
    const limit = wasAborted(this.#k6.log) && limitReached(asked, results)
    return {...(thresholds.length > 0 && {thresholds}), ...(limit && {limit})}
  }
}
