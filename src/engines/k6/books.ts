import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import type {Load} from '../../scenarios/scenario.js'
import type {LiveLoad, LoadSecond, LoadTotals} from '../engine.js'
import {compileExpect, type Expected} from '../pacer/expect.js'
import {createInFlight} from './in-flight.js'
import {createLiveCounts} from './live-counts.js'
import {bookEnding, type Ending, type OpenSecond} from './open-second.js'
import type {RequestSample, Sample} from './samples.js'
import {createSeconds, type Seconds} from './seconds.js'
import {latenessOf, type Side, secondOf, sideOf} from './side.js'
import type {OpenArrival, StreamArrivals} from './stream-arrivals.js'

/** Under these names stands what belongs to no request of a script: iterations that k6 did not start, or cut off. */
export const droppedName = 'iterations dropped'
export const interruptedName = 'iterations interrupted'

/** Whom the books tell. */
export interface BookReports {
  /** Epoch ms at which the load begins. */
  startAtMs: number
  onSecond: (second: LoadSecond) => void
  onLive: (live: LiveLoad) => void
  /** How many k6s share the load, each with every so-manieth arrival; 1 when left out. */
  runners?: number
}

/**
 * Turns what k6 tells into seconds. An arrival belongs to the second it was due in by the plan. A class because it is told samples by
 * the thousand, each of which touches most of what it keeps.
 */
export class Books {
  /** Iterations that began. */
  began = 0
  /** Requests whose host has no address. */
  unresolved = 0
  readonly totals: LoadTotals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}
  readonly #isScript: boolean
  readonly #startAtMs: number
  readonly #durationMs: number
  readonly #sides: Side[]
  readonly #seconds: Seconds
  readonly #expected: Map<string, Expected>
  readonly #inFlight = createInFlight()
  readonly #live = createLiveCounts()
  readonly #onLive: (live: LiveLoad) => void

  constructor(plan: Plan, {startAtMs, onSecond, onLive, runners = 1}: BookReports) {
    const {load} = plan.scenario
    this.#isScript = load.script !== undefined
    this.#startAtMs = startAtMs
    this.#durationMs = plan.durationMs
    this.#sides = Array.from({length: runners}, (_, index) => sideOf(plan, {index, of: runners}))
    this.#expected = expectedBy(load)
    this.#onLive = onLive
    const fixed = this.#isScript ? [] : requestsOf(load).map(({request}) => request.name)
    this.#seconds = createSeconds({startAtMs, durationMs: plan.durationMs, fixed}, onSecond)
  }

  /** What the k6 with this index tells. */
  book(sample: Sample, runner = 0): void {
    const side = this.#sides[runner]
    const stream = side?.streams.get(sample.scenario)
    if (side === undefined || stream === undefined) return
    if (sample.kind === 'started') this.#started(side, stream, sample)
    else if (sample.kind === 'skipped') this.#skipped(stream, sample.n)
    else if (sample.kind === 'dropped')
      for (let left = sample.count; left > 0; left--) this.#skipped(stream, 0)
    else if (sample.kind === 'request') this.#requestEnded(side, stream, sample)
    else this.#finished(stream, sample.n)
    if (sample.kind === 'finished') this.#inFlight.ended(secondOf(side, sample.atMs))
    this.#report()
  }

  /** The k6 with this index, whose clock need not be ours, was started so long after the time of the load. */
  begun(runner: number, lateMs: number): void {
    const side = this.#sides[runner]
    if (side !== undefined) side.lateMs = lateMs
  }

  /** How many arrivals of the plan no k6 has told of: none, when a load went to its end. */
  get untold(): boolean {
    return this.#streams().some(({due}) => due.nextMs() < this.#durationMs)
  }

  /** This second (from 0) is over, and what k6 has to tell of it was told. */
  secondPassed(index: number, cpu: number): void {
    const inFlight = this.#inFlight.atEndOf(index)
    this.#seconds.passed(index, {cpu, inFlight})
    this.#onLive(this.#live.take(this.#startAtMs + (index + 1) * 1000, inFlight))
    this.#report()
  }

  /** k6 has ended, `atMs` after the start: what is open got no end. */
  finish(atMs: number): void {
    for (const stream of this.#streams()) {
      for (const n of [...stream.open.keys()]) this.#interrupted(stream, n)
      for (const late of stream.due.rest(Math.min(atMs, this.#durationMs))) this.#neverTold(stream, late)
    }
    this.#seconds.finish(atMs)
  }

  #streams(): StreamArrivals[] {
    return this.#sides.flatMap(({streams}) => [...streams.values()])
  }

  #report(): void {
    this.#seconds.report((beforeMs) => this.#streams().every(({due}) => due.nextMs() >= beforeMs))
  }

  #arrive({due}: StreamArrivals, n: number): {second: OpenSecond; atMs: number} {
    // One more than planned, which k6 may send, belongs to the end.
    const atMs = Math.min(due.take(n), this.#durationMs)
    const second = this.#seconds.at(atMs)
    second.arrivals++
    return {second, atMs}
  }

  #started(
    side: Side,
    stream: StreamArrivals,
    {n, name, atMs: nowMs}: Extract<Sample, {kind: 'started'}>,
  ): void {
    const {second, atMs} = this.#arrive(stream, n)
    side.beganMs = Math.min(side.beganMs, nowMs - atMs)
    const lateMs = latenessOf(side, {nowMs, atMs, startAtMs: this.#startAtMs})
    second.latenessUs.recordValue(Math.max(0, Math.round(lateMs * 1000)))
    second.unsettled++
    this.began++
    stream.open.set(n, {name, atMs, second})
    this.#inFlight.began(secondOf(side, nowMs))
    if (!this.#isScript) this.#sent(second, name)
  }

  #skipped(stream: StreamArrivals, n: number): void {
    this.#bookSkipped(stream, n, this.#arrive(stream, n).second)
  }

  /** An arrival that no user was free for all the time, so that nobody could tell of it. */
  #neverTold(stream: StreamArrivals, {n, atMs}: {n: number; atMs: number}): void {
    const second = this.#seconds.at(atMs)
    second.arrivals++
    this.#bookSkipped(stream, n, second)
  }

  #bookSkipped(stream: StreamArrivals, n: number, second: OpenSecond): void {
    const tally = this.#seconds.tally(second, this.#isScript ? droppedName : stream.draw(n))
    tally.due++
    tally.skipped++
    this.totals.due++
    this.totals.skipped++
    this.#live.due()
  }

  #requestEnded(
    {beganMs}: Side,
    stream: StreamArrivals,
    {n, name, endMs, tookMs, ending}: RequestSample,
  ): void {
    if (this.#isScript) {
      const second = this.#seconds.at(endMs - tookMs - beganMs)
      this.#sent(second, name)
      this.#ended(second, name, ending, tookMs)
      return
    }
    const arrival = settle(stream, n)
    if (arrival === undefined) return
    this.#ended(arrival.second, arrival.name, ending, endMs - beganMs - arrival.atMs)
  }

  /** An iteration of ours that ends without an end of its request did not even try, as with an invalid URL. */
  #finished(stream: StreamArrivals, n: number): void {
    const arrival = settle(stream, n)
    if (arrival !== undefined && !this.#isScript)
      this.#ended(arrival.second, arrival.name, {failure: 'other'}, 0)
  }

  #interrupted(stream: StreamArrivals, n: number): void {
    const arrival = settle(stream, n)
    if (arrival === undefined) return
    const name = this.#isScript ? interruptedName : arrival.name
    if (this.#isScript) this.#sent(arrival.second, name)
    this.#ended(arrival.second, name, {failure: 'aborted'}, 0)
  }

  #sent(second: OpenSecond, name: string): void {
    const tally = this.#seconds.tally(second, name)
    tally.due++
    tally.sent++
    this.totals.due++
    this.totals.sent++
    this.#live.due()
  }

  #ended(second: OpenSecond, name: string, ending: Ending, tookMs: number): void {
    this.totals['failure' in ending ? 'failed' : 'answered']++
    if ('failure' in ending && ending.failure === 'dns') this.unresolved++
    bookEnding(this.#seconds.tally(second, name), ending, tookMs * 1000, this.#expected.get(name))
    this.#live.ended(ending, tookMs * 1000)
  }
}

/** What each request expects, by its name, where it states anything. */
export const expectedBy = (load: Load): Map<string, Expected> =>
  new Map(
    requestsOf(load).flatMap(({request: {name, expect}}) => {
      const expected = compileExpect(expect)
      return expected === undefined ? [] : [[name, expected]]
    }),
  )

const settle = (stream: StreamArrivals, n: number): OpenArrival | undefined => {
  const arrival = stream.open.get(n)
  stream.open.delete(n)
  if (arrival !== undefined) arrival.second.unsettled--
  return arrival
}
