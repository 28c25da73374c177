import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import type {LoadTotals} from '../engine.js'
import {type BookReports, droppedName, expectedBy, interruptedName} from '../k6/books.js'
import {failureKindOf} from '../k6/failure.js'
import {createInFlight} from '../k6/in-flight.js'
import {createLiveCounts} from '../k6/live-counts.js'
import {bookEndings, type Ending, type OpenSecond} from '../k6/open-second.js'
import {pushedTags as tag} from '../k6/script/messages.js'
import {createSeconds, type Seconds} from '../k6/seconds.js'
import {type StreamArrivals, streamArrivalsOf} from '../k6/stream-arrivals.js'
import {dueBySecond} from './due-by-second.js'
import {names, type Push} from './pushes.js'

/** Runners' clocks may be so much ahead of ours. */
const aheadSeconds = 5
/** What is due is known to be told this long after a second: one push a second, and the way to here. */
const tellingMs = 6_000

/**
 * Turns what runners have pushed into seconds, by the second in which each arrival was due. A class because a push
 * touches most of what it keeps.
 */
export class MergedBooks {
  readonly totals: LoadTotals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}
  /** Arrivals that began. */
  began = 0
  readonly #isScript: boolean
  readonly #startAtMs: number
  readonly #durationMs: number
  readonly #modulo: number
  readonly #streams: Map<string, StreamArrivals>
  readonly #seconds: Seconds
  readonly #expected: ReturnType<typeof expectedBy>
  readonly #inFlight = createInFlight()
  readonly #live = createLiveCounts()
  readonly #onLive: BookReports['onLive']
  /** Arrivals under way by second and name. */
  readonly #open = new Map<string, {second: OpenSecond; name: string; count: number}>()
  /** Arrivals of the plan that are due up to the end of each second, and those told of in it. */
  readonly #due: readonly number[]
  readonly #told: number[]

  constructor(plan: Plan, modulo: number, {startAtMs, onSecond, onLive}: BookReports) {
    const {load} = plan.scenario
    this.#isScript = load.script !== undefined
    this.#startAtMs = startAtMs
    this.#durationMs = plan.durationMs
    this.#modulo = modulo
    this.#streams = streamArrivalsOf(plan)
    this.#expected = expectedBy(load)
    this.#onLive = onLive
    this.#due = dueBySecond(plan)
    this.#told = this.#due.map(() => 0)
    const fixed = this.#isScript ? [] : requestsOf(load).map(({request}) => request.name)
    this.#seconds = createSeconds({startAtMs, durationMs: plan.durationMs, fixed}, onSecond)
  }

  /** What a runner tells; `lateMs` is how late that one began. */
  book(push: Push, lateMs: number): void {
    const {labels} = push
    if (!this.#streams.has(labels['scenario'] ?? '')) return
    const index = this.#secondOf(push)
    const second = this.#seconds.at(index * 1000)
    const metric = labels['__name__']
    if (metric === names.arrivals) this.#began(second, index, push, lateMs)
    else if (metric === names.skipped || metric === names.dropped) this.#skipped(second, index, push)
    else if (metric === names.iterations) this.#over(second, index, '', push)
    else if (metric === names.requests) this.#requestEnded(second, push)
    else if (metric === names.durations) this.#lasted(second, push)
    else if (metric === names.ended) this.#ended(second, index, push)
  }

  /** This second (from 0) is over; by now we know of it what was told. */
  secondPassed(index: number, nowMs: number): void {
    const inFlight = this.#inFlight.atEndOf(index)
    this.#seconds.passed(index, {inFlight})
    this.#onLive(this.#live.take(this.#startAtMs + (index + 1) * 1000, inFlight))
    this.#seconds.report(
      (beforeMs) => nowMs > this.#startAtMs + beforeMs + tellingMs || this.#isTold(beforeMs / 1000 - 1),
    )
  }

  /** All runners have ended, `atMs` after the start, and all that they told is here. */
  finish(atMs: number): void {
    for (const {second, name, count} of this.#open.values()) {
      const told = this.#isScript ? interruptedName : name
      if (this.#isScript) this.#sent(second, told, count)
      this.#booked(second, told, {failure: 'aborted'}, 0, count)
    }
    this.#open.clear()
    this.#seconds.finish(atMs)
  }

  /** How many arrivals of the plan nobody has told of. */
  get untold(): number {
    return Math.max(0, (this.#due.at(-1) ?? 0) - this.#sumTold(this.#told.length - 1))
  }

  #isTold(index: number): boolean {
    return this.#sumTold(index) >= (this.#due[index] ?? 0)
  }

  #sumTold(index: number): number {
    return this.#told.slice(0, index + 1).reduce((sum, count) => sum + count, 0)
  }

  #tell(index: number, count: number): void {
    this.#told[index] = (this.#told[index] ?? 0) + count
  }

  /** The latest second of that remainder that can have been by then. */
  #secondOf({labels, tMs}: Push): number {
    const by = Math.floor((tMs - this.#startAtMs) / 1000)
    const told = labels[tag.second]
    const last = Math.ceil(this.#durationMs / 1000) - 1
    if (told === undefined) return Math.min(last, Math.max(0, by))
    const remainder = Number(told)
    const latest = by + aheadSeconds
    const index = latest - ((((latest - remainder) % this.#modulo) + this.#modulo) % this.#modulo)
    return Math.min(last, index < 0 ? remainder : index)
  }

  #nameOf({scenario = '', name}: Push['labels']): string {
    return this.#isScript ? droppedName : (name ?? this.#streams.get(scenario)?.draw(0) ?? '')
  }

  #began(second: OpenSecond, index: number, {labels, count}: Push, lateMs: number): void {
    const name = this.#isScript ? '' : (labels['name'] ?? '')
    second.arrivals += count
    second.unsettled += count
    this.began += count
    this.#tell(index, count)
    const late = Number(labels[tag.late] ?? Number.NaN) + lateMs
    if (Number.isFinite(late))
      second.latenessUs.recordValueWithCount(Math.max(0, Math.round(late * 1000)), count)
    this.#opened(second, index, name, count)
    for (let left = count; left > 0; left--) this.#inFlight.began(index)
    if (!this.#isScript) this.#sent(second, name, count)
  }

  #skipped(second: OpenSecond, index: number, {labels, count}: Push): void {
    const name = this.#nameOf(labels)
    const tally = this.#seconds.tally(second, name)
    second.arrivals += count
    tally.due += count
    tally.skipped += count
    this.totals.due += count
    this.totals.skipped += count
    this.#tell(index, count)
    for (let left = count; left > 0; left--) this.#live.due()
  }

  #sent(second: OpenSecond, name: string, count: number): void {
    const tally = this.#seconds.tally(second, name)
    tally.due += count
    tally.sent += count
    this.totals.due += count
    this.totals.sent += count
    for (let left = count; left > 0; left--) this.#live.due()
  }

  /** An end may be told of before its beginning. */
  #opened(second: OpenSecond, index: number, name: string, by: number): void {
    const key = `${index} ${name}`
    const count = (this.#open.get(key)?.count ?? 0) + by
    if (count === 0) this.#open.delete(key)
    else this.#open.set(key, {second, name, count})
  }

  /** Arrivals of a second are over. */
  #over(second: OpenSecond, index: number, name: string, {tMs, count}: Push): void {
    second.unsettled -= count
    this.#opened(second, index, name, -count)
    const ended = Math.max(0, Math.floor((tMs - this.#startAtMs) / 1000))
    for (let left = count; left > 0; left--) this.#inFlight.ended(ended)
  }

  #ended(second: OpenSecond, index: number, push: Push): void {
    const {labels, count} = push
    const name = labels['name'] ?? ''
    const code = labels[tag.code]
    this.#over(second, index, name, push)
    // Said by our own script, in the words of the contract.
    const failure = labels[tag.failure] as Extract<Ending, {failure: unknown}>['failure']
    this.#booked(
      second,
      name,
      code === undefined ? {failure} : {status: Number(code)},
      Number(labels[tag.took] ?? 0),
      count,
    )
  }

  /** A request of a script, whose duration is told by itself. */
  #requestEnded(second: OpenSecond, {labels, count}: Push): void {
    const name = labels['name'] ?? ''
    const failure = failureKindOf(labels['error_code'] ?? '', '')
    this.#sent(second, name, count)
    const ending = failure === undefined ? {status: Number(labels['status'])} : {failure}
    this.#booked(second, name, ending, undefined, count)
  }

  #lasted(second: OpenSecond, {labels, count, tookSeconds = 0}: Push): void {
    if (failureKindOf(labels['error_code'] ?? '', '') !== undefined) return
    const us = Math.round(tookSeconds * 1e6)
    this.#seconds.tally(second, labels['name'] ?? '').latencyUs.recordValueWithCount(us, count)
  }

  #booked(second: OpenSecond, name: string, ending: Ending, tookMs: number | undefined, count: number): void {
    this.totals['failure' in ending ? 'failed' : 'answered'] += count
    const tookUs = tookMs === undefined ? undefined : tookMs * 1000
    bookEndings(this.#seconds.tally(second, name), ending, tookUs, count, this.#expected.get(name))
    for (let left = count; left > 0; left--) this.#live.ended(ending, tookUs ?? 0)
  }
}
