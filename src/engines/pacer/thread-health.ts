import {readFileSync} from 'node:fs'
import {monitorEventLoopDelay, PerformanceObserver, performance} from 'node:perf_hooks'
import {getHeapStatistics} from 'node:v8'
import type {EngineHealth} from '../engine.js'
import {threadCpuMeter} from './thread-cpu.js'

/** How the calling thread fared since it was asked last, as one second's health says it. */
export type ThreadHealth = Omit<EngineHealth, 'latenessMs' | 'inFlight'>

/** Watches the calling thread until it is stopped. */
export interface HealthMeter {
  read(): ThreadHealth
  stop(): void
}

/** Sampling more often costs more than it tells. */
const resolutionMs = 10

/** Adds up the pauses of garbage collection, in ms. */
const watchGc = () => {
  let ms = 0
  const add = (entries: readonly {duration: number}[]): void => {
    for (const {duration} of entries) ms += duration
  }
  const observer = new PerformanceObserver((list) => add(list.getEntries()))
  observer.observe({entryTypes: ['gc']})
  return {
    take: (): number => {
      add(observer.takeRecords())
      const taken = ms
      ms = 0
      return taken
    },
    stop: () => observer.disconnect(),
  }
}

/** Delay of the event loop beyond a timer of 10 ms. */
const watchLoop = () => {
  const histogram = monitorEventLoopDelay({resolution: resolutionMs})
  histogram.enable()
  const beyondMs = (ns: number): number => Math.max(0, ns / 1e6 - resolutionMs)
  return {
    take: (): {p99: number; max: number} => {
      const seen = histogram.count > 0
      const delay = {
        p99: seen ? beyondMs(histogram.percentile(99)) : 0,
        max: seen ? beyondMs(histogram.max) : 0,
      }
      histogram.reset()
      return delay
    },
    stop: () => histogram.disable(),
  }
}

/** Jiffies that all cores were busy and that passed, since boot; undefined where the kernel does not say. */
const coreTimes = (): {busy: number; passed: number} | undefined => {
  try {
    // cpu  user nice system idle iowait irq softirq steal …
    const [, line = ''] = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8')) ?? []
    const times = line.split(' ').slice(0, 8).map(Number)
    const passed = times.reduce((sum, time) => sum + time, 0)
    return {passed, busy: passed - (times[3] ?? 0) - (times[4] ?? 0)}
  } catch {
    return undefined
  }
}

/** Cores' worth of CPU time of the whole process, and the share of the machine's that anybody used. */
const processAndMachineMeter = () => {
  let lastMs = performance.now()
  let lastProcess = process.cpuUsage()
  let lastCores = coreTimes()
  return (): Pick<ThreadHealth, 'processCpu' | 'machineCpu'> => {
    const ms = performance.now()
    const {user, system} = process.cpuUsage(lastProcess)
    const cores = coreTimes()
    const passed = (cores?.passed ?? 0) - (lastCores?.passed ?? 0)
    const busy = (cores?.busy ?? 0) - (lastCores?.busy ?? 0)
    const processCpu = (user + system) / 1000 / (ms - lastMs)
    lastMs = ms
    lastProcess = process.cpuUsage()
    lastCores = cores
    return passed > 0 ? {processCpu, machineCpu: busy / passed} : {processCpu}
  }
}

/** Begins to watch the calling thread; `first` of several that share a load also tells of process and machine. */
export const startHealthMeter = (first: boolean): HealthMeter => {
  const cpu = threadCpuMeter()
  const gc = watchGc()
  const loop = watchLoop()
  const around = first ? processAndMachineMeter() : () => ({})
  let lastMs = performance.now()
  let last: ThreadHealth = {cpu: 0}
  return {
    read: () => {
      const ms = performance.now()
      // Seconds that end together, after the thread was held up, share one figure.
      if (ms - lastMs < 1) return last
      lastMs = ms
      const heapMb = getHeapStatistics().total_physical_size / 1e6
      last = {cpu: cpu(), loopDelayMs: loop.take(), gcMs: gc.take(), heapMb, ...around()}
      return last
    },
    stop: () => {
      gc.stop()
      loop.stop()
    },
  }
}
