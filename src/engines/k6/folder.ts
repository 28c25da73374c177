import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const named = /^shakedown-k6-(\d+)-/

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A folder that only we can read, for what one k6 is told. What runs that were killed left of theirs is removed. */
export const makeFolder = async (): Promise<string> => {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(named.exec(name)?.[1] ?? process.pid)
    // Of another user's it may fail: then it is theirs to remove.
    if (!isRunning(pid)) await rm(join(tmpdir(), name), {recursive: true, force: true}).catch(() => {})
  }
  return await mkdtemp(join(tmpdir(), `shakedown-k6-${process.pid}-`))
}
