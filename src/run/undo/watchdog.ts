import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import {EnvironmentError, messageOf} from '../../errors.js'
import {entryUrl} from '../../system/entry.js'

/** The safety net of a run. */
export interface Watchdog {
  /** Lets it go: it looks once more whether the journal is still there, and ends. */
  stop(): Promise<void>
}

const readyLimitMs = 20_000
const endLimitMs = 3_000

/** More than this many do not die by chance. */
const restarts = 3

/**
 * Starts a process that outlives us: it holds a pipe from us, and when the pipe closes, however we ended, it takes back
 * what the journal says is left. Detached, so that neither a closed terminal nor a killed process group takes it along.
 * Resolves when it watches: from then on our end cannot be missed. One that dies is replaced, and `note` is told. Throws
 * EnvironmentError when it does not start.
 */
export const startWatchdog = async (
  journalPath: string,
  note: (message: string) => void,
): Promise<Watchdog> => {
  let stopping = false
  let current = await startOne(journalPath)
  const replace = async (left: number): Promise<void> => {
    if (stopping) return
    if (left === 0)
      return note('the watchdog keeps dying: if this process is killed now, run `shakedown restore`')
    note('the watchdog has died: another one is started')
    try {
      current = await startOne(journalPath)
      // The run has ended meanwhile, and has let go of the one that had died.
      if (stopping) return await end(current)
      current.once('exit', () => void replace(left - 1))
    } catch (cause) {
      note(`${messageOf(cause)}: if this process is killed now, run \`shakedown restore\``)
    }
  }
  current.once('exit', () => void replace(restarts))
  return {
    stop: async () => {
      stopping = true
      await end(current)
    },
  }
}

const startOne = async (journalPath: string): Promise<ChildProcess> => {
  const entry = fileURLToPath(entryUrl('run/undo/watchdog-main.js'))
  const watchdog = spawn(process.execPath, [entry, journalPath], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  watchdog.stdin.on('error', () => {})
  await untilReady(watchdog)
  // The pipe is there to be closed by our end, not to keep us alive.
  watchdog.unref()
  if ('unref' in watchdog.stdin && typeof watchdog.stdin.unref === 'function') watchdog.stdin.unref()
  return watchdog
}

/** Its first words say that it watches; it never speaks again. */
const untilReady = async (watchdog: ChildProcess): Promise<void> => {
  const settled = new AbortController()
  const {signal} = settled
  const timer = setTimeout(() => watchdog.kill('SIGKILL'), readyLimitMs)
  try {
    if (!watchdog.stdout) throw new Error('no pipe from it')
    const died = once(watchdog, 'exit', {signal}).then(([code]) => {
      throw new Error(`it ended with ${code}`)
    })
    await Promise.race([once(watchdog.stdout, 'data', {signal}), died])
  } catch (cause) {
    throw new EnvironmentError(`The watchdog could not be started: ${messageOf(cause)}`, {
      hint: 'Without it a killed run would leave its faults behind, so nothing is injected.',
      cause,
    })
  } finally {
    settled.abort()
    clearTimeout(timer)
    watchdog.stdout?.destroy()
  }
}

const end = async (watchdog: ChildProcess): Promise<void> => {
  if (watchdog.exitCode !== null || watchdog.signalCode !== null) return
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), endLimitMs)
  const gone = once(watchdog, 'exit', {signal: stop.signal}).catch(() => {})
  watchdog.stdin?.end()
  await gone
  clearTimeout(timer)
}
