import {execFile} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {promisify} from 'node:util'

/** What the kernel says of a process. */
export interface ProcessUsage {
  /** CPU time used since it began, all threads together. */
  cpuMs: number
  /** Memory that is resident now. */
  rssBytes: number
  /** Stopped by a signal. */
  stopped: boolean
}

/** Linux counts in hundredths of a second towards user space, whatever its own tick is (USER_HZ, time(7)). */
const tickMs = 10
const psLimitMs = 1000

/** From the third field on: the second is the command in parentheses, and may itself hold spaces and parentheses. */
const statFields = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

const isStopped = (state: string | undefined): boolean => state?.[0] === 'T' || state?.[0] === 't'

/** Whether the kernel has stopped the process; undefined where there is no /proc. */
export const stoppedNow = (pid: number): boolean | undefined => {
  try {
    return isStopped(statFields(readFileSync(`/proc/${pid}/stat`, 'utf8'))[0])
  } catch {
    return undefined
  }
}

const readProc = async (pid: number): Promise<ProcessUsage> => {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ])
  const fields = statFields(stat)
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * tickMs
  const rssBytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  return {cpuMs, rssBytes, stopped: isStopped(fields[0])}
}

/** `[[days-]hours:]minutes:seconds`, with or without a fraction, as `ps -o time` prints it on Linux and macOS. */
export const parseCpuTime = (text: string): number => {
  const [clock = '', days = '0'] = text.split('-').reverse()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1000)
}

/** What `ps` says; rejects when there is no such process. */
export const readPs = async (pid: number): Promise<ProcessUsage> => {
  const options = {timeout: psLimitMs, env: {...process.env, LC_ALL: 'C'}}
  const {stdout} = await promisify(execFile)('ps', ['-o', 'state=,rss=,time=', '-p', String(pid)], options)
  const [state, kilobytes, time = ''] = stdout.trim().split(/\s+/)
  return {cpuMs: parseCpuTime(time), rssBytes: Number(kilobytes) * 1024, stopped: isStopped(state)}
}

/** Asks the kernel, or `ps` where there is no /proc; undefined when there is no such process. */
export const readUsage = async (pid: number): Promise<ProcessUsage | undefined> => {
  if (pid === 0) return undefined
  return await readProc(pid).catch(() => readPs(pid).catch(() => undefined))
}
