import {existsSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'

/** The owner's pipe closes a moment before its process is gone. */
const goneLimitMs = 2_000

/** Waits for the owner's end; then undoes what its journal says is left. Loads nothing before that. */
const watch = async (journalPath: string): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  await new Promise((resolve) => {
    process.stdin.resume().once('end', resolve).once('error', resolve).once('close', resolve)
  })
  const {readLeftover} = await import('./leftovers.js')
  for (let waitedMs = 0; existsSync(journalPath) && waitedMs <= goneLimitMs; waitedMs += 50) {
    const leftover = await readLeftover(journalPath)
    if (leftover) {
      const [{restoreRun}, {loadFaults}, {systemClock}] = await Promise.all([
        import('./restore.js'),
        import('../faults/index.js'),
        import('../system/clock.js'),
      ])
      await restoreRun(leftover, await loadFaults(), systemClock)
      return
    }
    await sleep(50)
  }
}

const [journalPath] = process.argv.slice(2)
if (journalPath) await watch(journalPath)
