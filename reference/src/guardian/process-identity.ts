import {readFileSync} from 'node:fs'

/** Which process a pid meant when it was noted: pids are used again. */
export interface ProcessIdentity {
  pid: number
  /** Clock ticks from boot to its start (proc(5), `starttime`); absent where there is no /proc. */
  startTime?: string
}

const stateAndStartTime = (pid: number): {state: string; startTime: string} | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in parentheses, and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startTime] = [fields[0], fields[19]]
    return state && startTime ? {state, startTime} : undefined
  } catch {
    return undefined
  }
}

/** Notes who has this pid now. */
export const identify = (pid: number): ProcessIdentity => {
  const startTime = stateAndStartTime(pid)?.startTime
  return startTime === undefined ? {pid} : {pid, startTime}
}

/** Whether that very process still runs; one that has ended but was not waited for (a zombie) does not. */
export const isAlive = ({pid, startTime}: ProcessIdentity): boolean => {
  const now = stateAndStartTime(pid)
  if (now) return now.state !== 'Z' && (startTime === undefined || now.startTime === startTime)
  if (startTime !== undefined) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}

/** Sends a signal to that very process; one that has gone is no error. */
export const signalProcess = (identity: ProcessIdentity, signal: NodeJS.Signals): void => {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, signal)
  } catch {
    // It ended between the look and the signal.
  }
}
