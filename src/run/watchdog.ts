import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {entryUrl} from '../system/entry.js'

/**
 * Starts a process that outlives us: it holds a pipe from us, and when the pipe closes, however we ended, it takes back
 * what the journal says is left. Detached, so that neither a closed terminal nor a killed process group takes it along.
 */
export const startWatchdog = (journalPath: string): void => {
  const entry = fileURLToPath(entryUrl('run/watchdog-main.js'))
  const watchdog = spawn(process.execPath, [entry, journalPath], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // The pipe is there to be closed by our end, not to keep us alive.
  watchdog.unref()
  if (watchdog.stdin && 'unref' in watchdog.stdin && typeof watchdog.stdin.unref === 'function') {
    watchdog.stdin.unref()
  }
  // A watchdog that dies early costs the safety net, not the run.
  watchdog.on('error', () => {})
  watchdog.stdin?.on('error', () => {})
}
