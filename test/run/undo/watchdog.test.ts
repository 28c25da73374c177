import {execFileSync} from 'node:child_process'
import {existsSync, mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {startWatchdog} from '../../../src/run/undo/watchdog.js'
import {deadOwner, leaveJournal, openedBy, textOf} from '../../fakes/run-journal.js'

const watchdogsOf = (path: string): number[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], {encoding: 'utf8'})
    .split('\n')
    .filter((line) => line.includes('watchdog-main.js') && line.includes(path))
    .map((line) => Number.parseInt(line, 10))

it('watches from the moment it is there, is replaced when it dies, and clears up when its pipe ends', async () => {
  const state = mkdtempSync(join(tmpdir(), 'shakedown-watchdog-'))
  const path = leaveJournal(state, 'run-1', textOf([openedBy(deadOwner)]))
  const notes: string[] = []
  const watchdog = await startWatchdog(path, (message) => notes.push(message))
  const [first] = watchdogsOf(path)
  if (first === undefined) throw new Error('nobody watches')
  process.kill(first, 'SIGKILL')
  await expect.poll(() => watchdogsOf(path).filter((pid) => pid !== first)).toHaveLength(1)
  expect(notes).toEqual([expect.stringContaining('another one is started')])
  expect(existsSync(path)).toBe(true)
  await watchdog.stop()
  await expect.poll(() => existsSync(path)).toBe(false)
  await expect.poll(() => watchdogsOf(path)).toEqual([])
})
