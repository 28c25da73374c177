/** What the control API answers with. */
export interface Answer {
  status: number
  body: unknown
}

export const ok = (body: unknown): Answer => ({status: 200, body})
export const refuse = (status: number, error: string): Answer => ({status, body: {error}})
