// Cores, processes pinned to them, and what they cost.
import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'

export const succeeds = (command, ...args) => {
  try {
    execFileSync(command, args, {stdio: 'ignore'})
    return true
  } catch {
    return false
  }
}

const pinner = 'taskset'

/** True where taskset is: on Linux. */
export const canPin = succeeds(pinner, '--version')

/** The command that runs another one on a core; it becomes that one, and so has its process id. */
export const pinned = (core, command) => (canPin ? [pinner, '-c', String(core), ...command] : command)

/** Pins this process with all its threads, and those it starts from now on. */
export const pinSelf = (core) => {
  if (canPin) execFileSync(pinner, ['-a', '-cp', String(core), String(process.pid)], {stdio: 'ignore'})
}

/** Ticks of the kernel's accounts: a hundred a second on every Linux that Node runs on. */
const ticksPerSecond = 100

/** CPU seconds of a process with all its threads so far; NaN where the kernel does not say. */
export const cpuSecondsOf = (pid) => {
  try {
    // After the name in brackets, which may hold anything: state, …, utime and stime as the 12th and 13th.
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13)
    return (Number(user) + Number(system)) / ticksPerSecond
  } catch {
    return Number.NaN
  }
}

/** Starts a command on a core; `output` resolves with all that it said, at the latest when the limit ends it. */
export const startPinned = (core, command, limitMs) => {
  const [program, ...args] = pinned(core, command)
  const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe']})
  const late = setTimeout(() => child.kill('SIGKILL'), limitMs)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      said += chunk
    })
  const output = once(child, 'close').then(() => {
    clearTimeout(late)
    return said
  })
  return {pid: child.pid, output}
}
