import {hostname} from 'node:os'
import {isRunning, type NotedProcess, noteProcess} from '../../targets/same-process.js'

/** Who holds something that others must leave alone: a process, and the machine that it runs on. */
export interface Owner extends NotedProcess {
  /** Absent in journals of the first version. */
  host?: string
}

/** This very process. */
export const thisOwner = (): Owner => ({...noteProcess(process.pid), host: hostname()})

/** `elsewhere`: on another machine that shares the state directory, where we cannot look. */
export const whereabouts = (owner: Owner): 'running' | 'gone' | 'elsewhere' => {
  if (owner.host !== undefined && owner.host !== hostname()) return 'elsewhere'
  return isRunning(owner) ? 'running' : 'gone'
}

/** "process 123", or "process 123 on host-b". */
export const ownerInWords = (owner: Owner): string =>
  whereabouts(owner) === 'elsewhere' ? `process ${owner.pid} on ${owner.host}` : `process ${owner.pid}`
