import type {ProcessIdentity} from './process-identity.js'

/** A process that must not outlive the supervisor. */
export interface GuardedProcess extends ProcessIdentity {
  /** Sent half a second before SIGKILL, for those that have something of the machine's to give back. */
  firstSignal?: NodeJS.Signals
}

/**
 * What the supervisor tells the guardian, as lines of JSON on its stdin. When that closes without `dismiss`, the
 * guardian cleans up.
 */
export type GuardianMessage =
  | {kind: 'process'; process: GuardedProcess}
  | {kind: 'ended'; pid: number}
  | {kind: 'directory'; path: string}
  | {kind: 'proxies'; url: string; names: string[]}
  | {kind: 'dismiss'}
