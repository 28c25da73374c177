import {CallFailed, type FailureKind} from '../policies/failure.js'
import {failedUpstreamHeader} from '../policies/http-backend.js'
import {Declined} from './routes.js'

export interface ErrorAnswer {
  status: number
  message: string
  headers: Record<string, string>
}

const gatewayStatus: Record<Exclude<FailureKind, 'status'>, number> = {
  timeout: 504,
  rejected: 503,
  refused: 502,
  reset: 502,
  other: 502,
}

/** An answer of the callee keeps its meaning when it is one of a gateway's own statuses. */
const statusOf = ({kind, status}: CallFailed): number => {
  if (kind !== 'status') return gatewayStatus[kind]
  return status === 503 || status === 504 ? status : 502
}

/** How a service answers what one of its routes threw; `undefined` for a bug. */
export const errorAnswer = (thrown: unknown): ErrorAnswer | undefined => {
  if (thrown instanceof Declined) return {status: thrown.status, message: thrown.message, headers: {}}
  if (!(thrown instanceof CallFailed)) return undefined
  return {
    status: statusOf(thrown),
    message: thrown.message,
    headers: {[failedUpstreamHeader]: thrown.to},
  }
}
