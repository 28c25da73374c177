/** A change of pressure that was refused or did not arrive; `status` is the control API's. */
export class PressureError extends Error {
  override readonly name = 'PressureError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
