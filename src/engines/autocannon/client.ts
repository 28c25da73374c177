import type {EventEmitter} from 'node:events'

/** What autocannon's parser says when the head of an answer is complete. */
export interface AnswerHead {
  statusCode: number
  shouldKeepAlive: boolean
}

/** autocannon's HTTP parser (http-parser-js): its hooks are properties under these numbers. */
export interface CannonParser {
  type: string
  constructor: {kOnHeadersComplete: number; kOnMessageComplete: number}
  [hook: number]: (head?: AnswerHead) => unknown
  /** Returns, and does not throw, the error in what it read. */
  execute(chunk: Buffer): unknown
  /** The stream has ended: an answer without a length is complete by that. */
  finish(): unknown
  reinitialize(type: string): void
}

/**
 * One connection of autocannon, with those of its insides that counting needs. They are not in its documentation;
 * `isCannonClient` looks for them before the first request, so that another version is refused, not miscounted.
 */
export interface CannonClient extends EventEmitter {
  parser: CannonParser
  /** Opens the socket and fills its pipeline; called by the constructor, after an error and at the end of the stream. */
  _connect(): void
  /** Writes one more request. */
  _doRequest(): void
  /** Drops the socket and what autocannon believes to be in flight on it. */
  _destroyConnection(): void
  destroy(): void
}

const functionsOf = (value: object, names: readonly string[]): boolean =>
  names.every((name) => typeof Reflect.get(value, name) === 'function')

const isParser = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  const made: object = value.constructor
  return (
    functionsOf(value, ['execute', 'finish', 'reinitialize']) &&
    typeof Reflect.get(value, 'type') === 'string' &&
    ['kOnHeadersComplete', 'kOnMessageComplete'].every((hook) => typeof Reflect.get(made, hook) === 'number')
  )
}

/** Whether this is the kind of client that can be counted. */
export const isCannonClient = (value: unknown): value is CannonClient =>
  typeof value === 'object' &&
  value !== null &&
  functionsOf(value, ['_connect', '_doRequest', '_destroyConnection', 'destroy', 'on']) &&
  isParser(Reflect.get(value, 'parser'))
