import {spawn} from 'node:child_process'
import {closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {inside} from './settings.mjs'

/** What the kernel says of a process: its state letter and when it started, or nothing when it is gone. */
const stat = (pid) => {
  try {
    // The second field is the program's name in brackets and may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return {state: fields[0], started: fields[19]}
  } catch {
    return undefined
  }
}

/** Starts a part of the cluster that outlives this program; its output goes to logs/NAME.log. */
export const start = (name, program, args, env = {}) => {
  mkdirSync(inside('logs'), {recursive: true})
  mkdirSync(inside('processes'), {recursive: true})
  const log = openSync(inside('logs', `${name}.log`), 'a')
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: {...process.env, ...env},
    cwd: '/',
  })
  closeSync(log)
  child.on('error', (cause) => console.error(`cluster: ${name} did not start: ${cause.message}`))
  if (!child.pid) return
  // With the start time beside the number, a number that was given to another program is never mistaken.
  writeFileSync(
    inside('processes', name),
    JSON.stringify({pid: child.pid, started: stat(child.pid)?.started}),
  )
  child.unref()
}

/** A dead process whose parent has not looked yet still has its number: its state letter says Z. */
export const runs = ({pid, started}) => {
  const now = stat(pid)
  return now !== undefined && now.started === started && !'ZX'.includes(now.state)
}

/** The parts that were started, each with its process, whether or not it still runs. */
export const started = () => {
  try {
    return readdirSync(inside('processes')).map((name) => ({
      name,
      ...JSON.parse(readFileSync(inside('processes', name), 'utf8')),
    }))
  } catch {
    return []
  }
}

/** Any process by its number, so that it can be told from a later one of the same number. */
export const identify = (pid) => ({pid, started: stat(pid)?.started})

const signal = (processes, name) => {
  for (const one of processes.filter(runs)) {
    try {
      process.kill(one.pid, name)
    } catch {
      // It ended just now.
    }
  }
}

const untilGone = async (processes, limitMs) => {
  for (let waited = 0; waited < limitMs && processes.some(runs); waited += 25) await sleep(25)
}

/** Asks processes to end, and ends those that have not done so within a second. */
export const end = async (processes, patienceMs = 1_000) => {
  if (patienceMs > 0) {
    signal(processes, 'SIGTERM')
    await untilGone(processes, patienceMs)
  }
  signal(processes, 'SIGKILL')
  await untilGone(processes, 5_000)
}
