import type {CannonParser} from './client.js'

/** What is told of the answers on one connection. */
export interface AnswerReports {
  /** A whole answer is there; `keepAlive`: the connection can carry another request. */
  answered(status: number, keepAlive: boolean): void
  /** The answer that begins now has a head only, whatever length it states. */
  expectsNoBody(): boolean
  /** How many requests wait for an answer. */
  awaited(): number
  /** What came is no HTTP, or an answer that nobody asked for. */
  unreadable(): void
}

const isProvisional = (status: number): boolean => status >= 100 && status < 200 && status !== 101

/**
 * Listens to autocannon's parser, one step before autocannon does: it would take a provisional answer (100, 103) for
 * the answer, wait for the body of an answer to HEAD, ignore what cannot be parsed, and break on an answer too many.
 */
export const hookParser = (parser: CannonParser, reports: AnswerReports): void => {
  const {kOnHeadersComplete, kOnMessageComplete} = parser.constructor
  const onHead = parser[kOnHeadersComplete]?.bind(parser)
  const onComplete = parser[kOnMessageComplete]?.bind(parser)
  const execute = parser.execute.bind(parser)
  let status = 0
  let keepAlive = true
  let unasked = false
  // What is written while a chunk is read cannot have its answer in that chunk.
  let awaitedInChunk: number | undefined

  parser[kOnHeadersComplete] = (head) => {
    status = head?.statusCode ?? 0
    keepAlive = head?.shouldKeepAlive ?? false
    if (!isProvisional(status)) onHead?.(head)
    return reports.expectsNoBody()
  }
  parser[kOnMessageComplete] = () => {
    if (isProvisional(status)) return
    const awaited = awaitedInChunk ?? reports.awaited()
    if (awaited === 0) {
      unasked = true
      return
    }
    awaitedInChunk = awaited - 1
    reports.answered(status, keepAlive)
    // Takes the request off autocannon's queue and writes the next one.
    onComplete?.()
  }
  parser.execute = (chunk) => {
    awaitedInChunk = reports.awaited()
    const result = execute(chunk)
    awaitedInChunk = undefined
    // Not from inside a hook: the rest of the chunk would be read as part of the next connection.
    if (result instanceof Error || unasked) {
      unasked = false
      reports.unreadable()
    }
    return result
  }
}
