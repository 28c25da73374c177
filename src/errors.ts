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

/** The user (or the system) asked to stop: exit 130 once everything is undone. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly signalName: NodeJS.Signals

  constructor(signalName: NodeJS.Signals) {
    super(`stopped by ${signalName}`)
    this.signalName = signalName
  }
}
