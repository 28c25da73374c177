/** The deployment cannot start or go on, for a reason outside this program: what, and what to do next. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly hint: string | undefined

  constructor(message: string, {hint, cause}: {hint?: string; cause?: unknown} = {}) {
    super(message, {cause})
    this.hint = hint
  }
}
