import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import type {LoadStream} from '../../scenarios/scenario.js'
import {seededRandom} from '../../system/random.js'
import {arrivalsOfStreams} from '../pacer/agenda.js'
import type {Cursor} from '../pacer/arrivals.js'
import {itemsOf} from '../pacer/items.js'
import {numberedRandom} from '../pacer/numbered-random.js'
import type {OpenSecond} from './open-second.js'
import {scenarioNamesOf} from './options.js'

/** An arrival that has begun. */
export interface OpenArrival {
  /** Of its request; empty in a script of the user's. */
  name: string
  /** When it was due, from the start of the load. */
  atMs: number
  second: OpenSecond
}

/** When the arrivals of a stream are due, as k6 tells of them. */
export interface Due {
  /** When the arrival was due that k6 tells of now: the next one, or where they have numbers, that one. */
  take(n: number): number
  /** When the first is due that k6 has not told of; infinite when there is none. */
  nextMs(): number
  /** Takes all that were due before that offset, and were never told of. */
  rest(beforeMs: number): {n: number; atMs: number}[]
}

/** One stream of the plan, as k6's scenario takes it. */
export interface StreamArrivals {
  due: Due
  open: Map<number, OpenArrival>
  /** Draws the name of a request that k6 did not send, as the script would have drawn it. */
  draw(n: number): string
}

/** Which arrivals of each stream are one k6's own: those whose number, divided by `of`, leaves `index`. */
export interface Share {
  index: number
  of: number
}

/** Whether a stream's times are listed one by one for k6, which by itself knows rates only. */
export const isListed = ({poisson, replay}: LoadStream): boolean => poisson === true || replay !== undefined

/** k6 announces what it sends at a rate in the order of time, begun or dropped: the n-th told is the n-th of the plan. */
const inOrder = (cursor: Cursor): Due => ({
  take: () => {
    const {atMs} = cursor
    cursor.advance()
    return atMs
  },
  nextMs: () => cursor.atMs,
  // What a rate did not reach was not due: k6 tells of each that it drops.
  rest: () => [],
})

/** Users that each wait for an arrival of their own announce them in any order. */
const byNumber = (cursor: Cursor): Due => {
  // In the order of their numbers, and so of time.
  const untold = new Map<number, number>()
  const pass = (isWanted: () => boolean): void => {
    for (; Number.isFinite(cursor.atMs) && isWanted(); cursor.advance()) untold.set(cursor.n, cursor.atMs)
  }
  return {
    take: (n) => {
      pass(() => cursor.n <= n)
      const atMs = untold.get(n) ?? Number.POSITIVE_INFINITY
      untold.delete(n)
      return atMs
    },
    nextMs: () => untold.values().next().value ?? cursor.atMs,
    rest: (beforeMs) => {
      pass(() => cursor.atMs < beforeMs)
      const left = [...untold].map(([n, atMs]) => ({n, atMs})).filter(({atMs}) => atMs < beforeMs)
      for (const {n} of left) untold.delete(n)
      return left
    },
  }
}

/** The streams of a plan by k6's names for them: all of their arrivals, or a share. */
export const streamArrivalsOf = (
  plan: Plan,
  {index: part, of}: Share = {index: 0, of: 1},
): Map<string, StreamArrivals> => {
  const scenarios = scenarioNamesOf(plan)
  const {load} = plan.scenario
  const requests = requestsOf(load)
  const items = itemsOf(load.streams)
  const arrivals = arrivalsOfStreams(plan)
  const streams = load.streams.map((stream, index): [string, StreamArrivals] => {
    const skipped = seededRandom(plan.seed).fork(`k6: skipped in ${stream.name}`)
    const chosen = seededRandom(plan.seed).fork(`pacer: which item of ${stream.name}`)
    const byItsNumber = numberedRandom(chosen.below(2 ** 32))
    const randomOf = isListed(stream) ? byItsNumber : () => skipped
    const draw = (n: number): string => {
      const item = items[index]?.(randomOf, n)
      return item?.kind === 'request' ? (requests[item.request]?.request.name ?? '') : ''
    }
    const none = {n: 0, atMs: Number.POSITIVE_INFINITY, advance: () => {}}
    const cursor = arrivals[index]?.part(part, of).start() ?? none
    const due = isListed(stream) ? byNumber(cursor) : inOrder(cursor)
    return [scenarios[index] ?? '', {due, open: new Map(), draw}]
  })
  return new Map(streams)
}
