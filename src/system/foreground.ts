import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'

/** Fields of Linux's `/proc/self/stat` after the name: process group and the terminal's foreground group. */
const groupField = 2
const foregroundField = 5

const fromProc = (): boolean | undefined => {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    // The name is in parentheses and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[groupField] === fields[foregroundField]
  } catch {
    return undefined
  }
}

/** POSIX has no field for it, but every `ps` of today marks the foreground group with a plus. */
const fromPs = (): boolean => {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(process.pid)], {
      timeout: 1_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return state.includes('+')
  } catch {
    return false
  }
}

/**
 * Whether this process has its terminal: one in the background (`shakedown run … &`) is stopped by the kernel as soon as
 * it reads keys or changes the terminal's mode. False where that cannot be told.
 */
export const inForeground = (): boolean => fromProc() ?? fromPs()
