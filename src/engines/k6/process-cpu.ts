import {readFileSync} from 'node:fs'
import {performance} from 'node:perf_hooks'

/** proc(5) counts in hundredths of a second (USER_HZ) on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Seconds of CPU time that a process used so far; undefined when it is gone, or where there is no /proc. */
const usedSeconds = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, which may hold anything, ends with the last parenthesis; user and system time are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return undefined
  }
}

/** Returns a meter: each call says which share of one core the process used since the call before; 2 is two cores. */
export const processCpuMeter = (pid: number): (() => number) => {
  let lastSeconds = usedSeconds(pid)
  let lastMs = performance.now()
  return () => {
    const seconds = usedSeconds(pid)
    const ms = performance.now()
    const share =
      seconds === undefined || lastSeconds === undefined
        ? 0
        : (seconds - lastSeconds) / ((ms - lastMs) / 1000)
    lastSeconds = seconds
    lastMs = ms
    return share
  }
}
