import type {LoadStream, Replay, ReplayEntry} from '../../scenarios/scenario.js'
import type {Random} from '../../system/random.js'
import {type CompiledFlow, compileFlow} from './flow.js'

/** What an arrival of a stream draws: a request, by its index among all of the plan, or a flow. */
export type Item =
  | {kind: 'request'; request: number; entry?: ReplayEntry}
  | {kind: 'flow'; flow: CompiledFlow}

/**
 * Draws one of a stream's items for arrival `n`, with a chance in proportion to its weight; of a log, the n-th request.
 * Chance is made where something is drawn: most streams have one item.
 */
export type DrawItem = (randomOf: (n: number) => Random, n: number) => Item | undefined

const drawByWeight = (items: readonly {item: Item; weight: number}[]): DrawItem => {
  let sum = 0
  const bounds = items.map(({weight}) => {
    sum += weight
    return sum
  })
  if (items.length === 1) return () => items[0]?.item
  return (randomOf, n) => {
    const drawn = randomOf(n).next() * sum
    return items[bounds.findIndex((bound) => drawn < bound)]?.item
  }
}

/** Requests of a log are numbered by their names, as `requestsOf` numbers them. */
const replayed = ({entries}: Replay, first: number): DrawItem => {
  const indexes = new Map<string, number>()
  for (const {name} of entries) if (!indexes.has(name)) indexes.set(name, first + indexes.size)
  return (_randomOf, n) => {
    const entry = entries[n]
    return entry && {kind: 'request', request: indexes.get(entry.name) ?? first, entry}
  }
}

/** What each stream draws from; requests are numbered in the order of `requestsOf`. */
export const itemsOf = (
  streams: readonly Pick<LoadStream, 'requests' | 'flows' | 'replay'>[],
): DrawItem[] => {
  let next = 0
  return streams.map(({requests, flows = [], replay}) => {
    if (replay !== undefined) {
      const first = next
      next += new Set(replay.entries.map(({name}) => name)).size
      return replayed(replay, first)
    }
    const single = requests.map(({weight}) => ({weight, item: {kind: 'request', request: next++} as const}))
    const several = flows.map((spec) => {
      const flow = compileFlow(spec, next)
      next += spec.steps.filter(({kind}) => kind === 'request').length
      return {weight: spec.weight, item: {kind: 'flow', flow} as const}
    })
    return drawByWeight([...single, ...several])
  })
}
