import {readFileSync} from 'node:fs'
import {performance} from 'node:perf_hooks'

/** CPU time of the calling thread so far, in nanoseconds: what Linux accounts to it; undefined elsewhere. */
const accountedNs = (): number | undefined => {
  try {
    const ns = Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0])
    return ns > 0 ? ns : undefined
  } catch {
    return undefined
  }
}

/**
 * Returns a meter: each call says which share of one core this thread used since the call before.
 * Node 20 reports CPU time of the whole process only, so the kernel is asked. Where it does not say, the share of
 * time in which the event loop had something to do stands in; that also counts time in which the thread was ready
 * but did not get a core.
 */
export const threadCpuMeter = (): (() => number) => {
  let lastNs = accountedNs()
  let lastMs = performance.now()
  let lastLoop = performance.eventLoopUtilization()
  let share = 0
  return () => {
    const ms = performance.now()
    // Too short to measure: seconds that end together, after the thread was held up, share one figure.
    if (ms - lastMs < 1) return share
    const ns = accountedNs()
    const loop = performance.eventLoopUtilization()
    const busy = performance.eventLoopUtilization(loop, lastLoop).utilization
    share = ns === undefined || lastNs === undefined ? busy : (ns - lastNs) / ((ms - lastMs) * 1e6)
    lastNs = ns
    lastMs = ms
    lastLoop = loop
    return share
  }
}
