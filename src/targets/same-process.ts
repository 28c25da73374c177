import {readFileSync} from 'node:fs'

/** A process as the supervisor notes it: `startTime` is `starttime` of proc(5), absent where there is no /proc. */
export interface NotedProcess {
  pid: number
  startTime?: string
}

/** The state letter and the start time of a process (proc(5)); undefined where there is no such process, or no /proc. */
const statOf = (pid: number): {state: string | undefined; startTime: string | undefined} | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {state: fields[0], startTime: fields[19]}
  } catch {
    return undefined
  }
}

/** Notes who has this pid now. */
export const noteProcess = (pid: number): NotedProcess => {
  const startTime = statOf(pid)?.startTime
  return startTime === undefined ? {pid} : {pid, startTime}
}

/** Whether that very process still runs: after a crash its pid may be somebody else's, who must not be signalled. */
export const isRunning = ({pid, startTime}: NotedProcess): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (startTime === undefined) return true
  const now = statOf(pid)
  return now !== undefined && now.state !== 'Z' && now.startTime === startTime
}
