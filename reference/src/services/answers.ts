import type {HttpAnswer} from '../policies/http-backend.js'
import {Declined} from '../service/routes.js'

/** The body of an answer as a record; an answer that is none is the callee's bug. */
export const fieldsOf = ({body}: HttpAnswer): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? {...body} : {}

/** A callee's "no" becomes this service's own; throws Declined with the callee's status and words. */
export const accepted = (answer: HttpAnswer): HttpAnswer => {
  if (answer.status < 400) return answer
  const {error} = fieldsOf(answer)
  throw new Declined(answer.status, typeof error === 'string' ? error : `answered ${answer.status}`)
}
