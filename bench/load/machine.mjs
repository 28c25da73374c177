// Cores, processes pinned to them, and the server that all generators are measured against.
import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

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

const pinned = (core, command) => (canPin ? [pinner, '-c', String(core), ...command] : command)

/** Pins this process with all its threads, and those it starts from now on. */
export const pinSelf = (core) => {
  if (canPin) execFileSync(pinner, ['-a', '-cp', String(core), String(process.pid)], {stdio: 'ignore'})
}

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/** Compiled where there is a compiler: Node's own server would be what is measured. */
const serverCommand = (folder) => {
  const binary = join(folder, 'server')
  if (succeeds('cc', '-O2', '-o', binary, here('server.c'))) return {command: [binary], what: 'in C, epoll'}
  return {
    command: [process.execPath, here('../load.mjs'), '--serve'],
    what: 'in Node: it may be the bottleneck',
  }
}

/** Starts the server on its core. */
export const startServer = async (core) => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-bench-'))
  const {command, what} = serverCommand(folder)
  const [program, ...args] = pinned(core, command)
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'inherit'], detached: true})
  const lines = createInterface({input: child.stdout})
  const [port] = await once(lines, 'line')
  rmSync(folder, {recursive: true})
  return {
    what,
    url: `http://127.0.0.1:${port}/`,
    /**
     * From some time after its next first connection on, answers nothing for so long; requests wait in the
     * kernel. Resolves with how long it really was, in ms.
     */
    stall: async (afterMs, forMs) => {
      await once(lines, 'line')
      await delay(afterMs)
      child.kill('SIGSTOP')
      const stoppedMs = performance.now()
      await delay(forMs)
      child.kill('SIGCONT')
      return performance.now() - stoppedMs
    },
    stop: () => child.kill('SIGKILL'),
  }
}

/** Runs a command on a core; its output, and the CPU seconds that it and its children used. */
export const runPinned = async (core, command, limitMs) => {
  const [program, ...args] = pinned(core, ['bash', '-c', '"$@" 2>&1; times', 'bench', ...command])
  const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'inherit'], detached: true})
  const late = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), limitMs)
  let output = ''
  for await (const chunk of child.stdout) output += chunk
  clearTimeout(late)
  const times = [...output.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2)
  const cpuSeconds = times.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  )
  return {output, cpuSeconds}
}
