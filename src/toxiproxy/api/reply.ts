import {quote} from '../json/write.js'
import type {Refusal} from '../refusal.js'

/** What goes back to an HTTP client. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}

const plainText = {'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff'}

export const json = (status: number, body: string): Reply => ({
  status,
  headers: {'Content-Type': 'application/json'},
  body,
})

export const noContent: Reply = {status: 204, headers: {}, body: ''}

export const methodNotAllowed: Reply = {status: 405, headers: {}, body: ''}

export const text = (status: number, line: string): Reply => ({
  status,
  headers: plainText,
  body: `${line}\n`,
})

/** An error has a JSON body, but the original sends it as plain text. */
export const refused = ({status, message}: Pick<Refusal, 'status' | 'message'>): Reply =>
  text(status, `{"error":${quote(message)},"status":${status}}`)
