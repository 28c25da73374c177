// What processes there are, by /proc: only those that carry a mark of ours in their environment are ever touched.
import {readdirSync, readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The state letter of proc(5): `T` is stopped, `Z` is dead but not waited for; undefined when there is none. */
export const stateOf = (pid) => {
  const stat = read(`/proc/${pid}/stat`)
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2)[0]
}

/** Living processes started with this state directory: the CLI, its watchdog, and what they start. */
export const processesOf = (stateDirectory) => {
  const mark = `SHAKEDOWN_STATE=${stateDirectory}`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).split('\0').includes(mark))
    .map((name) => ({pid: Number(name), command: read(`/proc/${name}/cmdline`).split('\0').join(' ').trim()}))
    .filter(({pid, command}) => command !== '' && stateOf(pid) !== 'Z')
}

/** Those of them that stand by to undo. */
export const watchdogsOf = (stateDirectory) =>
  processesOf(stateDirectory).filter(({command}) => command.includes(`${stateDirectory}/journal/`))

/** Sends a signal; one that has gone is no error. A negative pid is a group. */
export const signalTo = (pid, signal) => {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** Asks until the answer is true; says whether it became so within the limit. */
export const until = async (answer, limitMs, everyMs = 20) => {
  const deadline = performance.now() + limitMs
  for (;;) {
    if (await answer()) return true
    if (performance.now() > deadline) return false
    await sleep(everyMs)
  }
}

const tracked = new Set()
process.once('exit', () => {
  for (const child of tracked) child.kill('SIGKILL')
})

/** What is started here must not outlive us, however we end. */
export const track = (child) => {
  tracked.add(child)
  child.once('exit', () => tracked.delete(child))
  return child
}
