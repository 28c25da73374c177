/** How a call can fail, as the metrics name it; `rejected` is the breaker's answer, not the callee's. */
export type FailureKind = 'timeout' | 'refused' | 'reset' | 'status' | 'other' | 'rejected'

export interface FailureDetails {
  to: string
  /** HTTP status of the callee's answer; only with kind `status`. */
  status?: number
  /**
   * Whether the callee itself is in trouble. When it only passes on the failure of something behind it, the caller
   * must neither retry (the callee has already) nor open its breaker: else one dead leaf blacks out the whole tree.
   */
  calleeAtFault?: boolean
  cause?: unknown
}

/** A call to another process that did not succeed. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly kind: FailureKind
  readonly to: string
  readonly status: number | undefined
  readonly calleeAtFault: boolean

  constructor(kind: FailureKind, message: string, {to, status, calleeAtFault = true, cause}: FailureDetails) {
    super(message, {cause})
    this.kind = kind
    this.to = to
    this.status = status
    this.calleeAtFault = calleeAtFault
  }
}

/** Error codes of Node, undici and PostgreSQL (class 57: the server is going down or not up yet). */
const kindOfCode: Record<string, FailureKind> = {
  ECONNREFUSED: 'refused',
  '57P03': 'refused',
  '53300': 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_CLOSED: 'reset',
  UND_ERR_DESTROYED: 'reset',
  '57P01': 'reset',
  '57P02': 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
}

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined

/** `pg` gives its own failures no code, only these words. */
const kindOfMessage = (message: string): FailureKind => {
  if (/timeout/i.test(message)) return 'timeout'
  if (/terminated|ended|not queryable/i.test(message)) return 'reset'
  return 'other'
}

/** Turns what a client library threw into one of ours. */
export const callFailed = (thrown: unknown, to: string): CallFailed => {
  if (thrown instanceof CallFailed) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const code = codeOf(thrown)
  const kind = (code === undefined ? undefined : kindOfCode[code]) ?? kindOfMessage(message)
  return new CallFailed(kind, `${to}: ${message}`, {to, cause: thrown})
}
