import {existsSync} from 'node:fs'
import {dirname} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

/** The owner's pipe closes a moment before its process is gone. */
const ownerLimitMs = 30_000
const pollMs = 50

/** What cannot be undone now (its proxy hangs) is tried again for this long; then it is left for `restore`. */
const patienceMs = 60_000
const longestPauseMs = 10_000

/** Waits for the owner's end; then undoes what its journal says is left. Loads nothing before that. */
const watch = async (journalPath: string): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.stdout.on('error', () => {})
  const ended = new Promise((resolve) => {
    process.stdin.resume().once('end', resolve).once('error', resolve).once('close', resolve)
  })
  process.stdout.write('watching\n')
  await ended
  if (!existsSync(journalPath)) return
  const {readJournal} = await import('./leftovers.js')
  for (let waitedMs = 0; waitedMs <= ownerLimitMs; waitedMs += pollMs) {
    const state = await readJournal(journalPath)
    if (state?.kind === 'left') return await restore(journalPath)
    if (state?.kind !== 'running') return
    await sleep(pollMs)
  }
}

/** Between two tries the journal is free: `restore` by hand, or the next run, may be quicker. */
const restore = async (journalPath: string): Promise<void> => {
  const [{restoreRun}, {loadFaults}, {readJournal}] = await Promise.all([
    import('./restore-run.js'),
    import('../../faults/index.js'),
    import('./leftovers.js'),
  ])
  const stateDirectory = dirname(dirname(journalPath))
  const restorer = {stateDirectory, faults: await loadFaults(), by: 'watchdog'} as const
  const deadline = performance.now() + patienceMs
  for (let pauseMs = 500; performance.now() < deadline; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const state = await readJournal(journalPath)
    if (state?.kind !== 'left') return
    const {residual, busy} = await restoreRun(state.leftover, restorer)
    if (!busy && residual.length === 0) return
    await sleep(pauseMs)
  }
}

const [journalPath] = process.argv.slice(2)
if (journalPath) await watch(journalPath)
