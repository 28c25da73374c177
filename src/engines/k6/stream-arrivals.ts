import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import {seededRandom} from '../../system/random.js'
import {arrivalsOf, type Cursor} from '../pacer/arrivals.js'
import {itemsOf} from '../pacer/items.js'
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

/** One stream of the plan, as k6's scenario takes it. */
export interface StreamArrivals {
  /** When the next arrival is due: k6 announces them in their order, begun or dropped. */
  cursor: Cursor
  open: Map<number, OpenArrival>
  /** Draws the name of a request that k6 did not send, as the script would have drawn it. */
  draw(): string
}

/** The streams of a plan by k6's names for them. */
export const streamArrivalsOf = (plan: Plan): Map<string, StreamArrivals> => {
  const scenarios = scenarioNamesOf(plan)
  const requests = requestsOf(plan.scenario.load)
  const items = itemsOf(plan.scenario.load.streams)
  const streams = plan.streams.map(({name, rates}, index): [string, StreamArrivals] => {
    const random = seededRandom(plan.seed).fork(`k6: skipped in ${name}`)
    const draw = (): string => {
      const item = items[index]?.(random, 0)
      return item?.kind === 'request' ? (requests[item.request]?.request.name ?? '') : ''
    }
    return [scenarios[index] ?? '', {cursor: arrivalsOf(rates).start(), open: new Map(), draw}]
  })
  return new Map(streams)
}
