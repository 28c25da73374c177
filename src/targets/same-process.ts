import {readFileSync} from 'node:fs'

/** A process as the supervisor notes it: `startTime` is `starttime` of proc(5), absent where there is no /proc. */
export interface NotedProcess {
  pid: number
  startTime?: string
}

/** Whether that very process still runs: after a crash its pid may be somebody else's, who must not be signalled. */
export const isRunning = ({pid, startTime}: NotedProcess): boolean => {
  try {
    process.kill(pid, 0)
    if (startTime === undefined) return true
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] !== 'Z' && fields[19] === startTime
  } catch {
    return false
  }
}
