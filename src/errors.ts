/** What an error may carry besides its message: what to do next, and what caused it. */
export interface ErrorContext {
  hint?: string
  cause?: unknown
}

/** The user's input is wrong: exit 2. The message says what and where, the hint says what next. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly hint: string | undefined

  constructor(message: string, {hint, cause}: ErrorContext = {}) {
    super(message, {cause})
    this.hint = hint
  }
}

/** The world did not do its part (a server that does not answer, a full disk, a busy port): exit 4. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
  readonly hint: string | undefined

  constructor(message: string, {hint, cause}: ErrorContext = {}) {
    super(message, {cause})
    this.hint = hint
  }
}

/** The text of anything thrown, without a stack. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)

/** What clients of HTTP wrap the error of the connection in: it says nothing by itself. */
const wrappers: ReadonlySet<string> = new Set(['', 'fetch failed', 'terminated'])

/** What the libraries say in words that nobody at a terminal can do anything with. */
const plainly: Readonly<Record<string, string>> = {
  'other side closed': 'the other side closed the connection before its answer was whole',
  'bad port': 'no HTTP client of Node uses this port, which belongs to another protocol',
}

/**
 * Why a call over the network failed, in one line without a stack. It looks inside what wraps it: `fetch failed` has its
 * reason as cause, and a connection refused on both IPv4 and IPv6 has no message but two errors.
 */
export const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  const {message, cause} = thrown
  if (!wrappers.has(message)) return plainly[message] ?? message
  const inner = thrown instanceof AggregateError ? thrown.errors : cause === undefined ? [] : [cause]
  const reasons = [...new Set(inner.map(reasonOf))].filter((reason) => reason !== '')
  if (reasons.length > 0) return reasons.join('; ')
  return message || ('code' in thrown ? String(thrown.code) : thrown.name)
}

/** The user (or the system) asked to stop: exit 130 once everything is undone. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly signalName: NodeJS.Signals

  constructor(signalName: NodeJS.Signals) {
    super(`stopped by ${signalName}`)
    this.signalName = signalName
  }
}
