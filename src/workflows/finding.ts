/** One thing looked at. `missing` is needed and not there; `absent` is optional and not there. */
export interface Finding {
  name: string
  state: 'ok' | 'absent' | 'missing'
  message: string
}
