import type {Json} from '../../system/json.js'

/** One request that a log tells of. */
export interface LoggedRequest {
  /** By the log's own clock, whatever its origin. */
  atMs: number
  /** Logs of web servers tell whole seconds only: then it came at some time within that second. */
  exact: boolean
  method: string
  path: string
  headers?: Record<string, string>
  body?: Json
}
