import type {Plan} from '../../plan/plan.js'
import {seededRandom} from '../../system/random.js'
import {compileRequests} from '../pacer/requests.js'

/** A request about to be written, in autocannon's terms. */
export interface Drawn {
  /** Which of the names it is counted under. */
  nameIndex: number
  method: string
  path: string
  headers: Record<string, string>
  body: string | Buffer
  timeoutMs: number
  /** Whether a status is one that it expects; absent where it states nothing. */
  expected?: (status: number) => boolean
}

/** The requests of a plan, drawn one by one. */
export interface Deck {
  names: string[]
  /** Scheme, host and port that all go to. */
  origin: string
  draw(): Drawn
}

/** Draws an index with a chance in proportion to its weight. */
const byWeight = (weights: readonly number[]): ((drawn: number) => number) => {
  let sum = 0
  const bounds = weights.map((weight) => {
    sum += weight
    return sum
  })
  return (drawn) => bounds.findIndex((bound) => drawn * sum < bound)
}

const pairs = (flat: readonly string[]): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (let at = 0; at + 1 < flat.length; at += 2) headers[flat[at] ?? ''] = flat[at + 1] ?? ''
  return headers
}

/** autocannon states the length of a body, but not that there is none: some servers then wait for one. */
const withLength = (method: string, headers: Record<string, string>, body: string | Buffer) =>
  body.length === 0 && ['POST', 'PUT', 'PATCH'].includes(method)
    ? {...headers, 'content-length': '0'}
    : headers

/** Compiles the requests of a plan. The n-th request drawn is the same for the same seed; who answers first is not. */
export const deckOf = (plan: Plan): Deck => {
  const requests = compileRequests(plan)
  const choose = byWeight(requests.map(({weight}) => weight))
  const random = seededRandom(plan.seed)
  const choices = random.fork('autocannon: which request')
  const draws = random.fork('autocannon: templates')
  let sequence = 0
  return {
    names: requests.map(({name}) => name),
    origin: requests[0]?.origin ?? '',
    draw: () => {
      const nameIndex = choose(choices.next())
      const request = requests[nameIndex]
      if (request === undefined) throw new RangeError(`there is no request ${nameIndex}`)
      const {method, timeoutMs, expected} = request
      const {path, headers, body} = request.write({random: draws, sequence: ++sequence})
      const text = body ?? ''
      return {
        nameIndex,
        method,
        path,
        headers: withLength(method, pairs(headers), text),
        body: text,
        timeoutMs,
        ...(expected ? {expected} : {}),
      }
    },
  }
}
