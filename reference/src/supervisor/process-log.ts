import {closeSync, openSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

/** The log file of one process: everything it wrote to stdout and stderr, over all its restarts. */
export interface ProcessLog {
  path: string
  /** To be handed to the process; closed by `close`. */
  fd: number
  lastLines(count: number): string[]
  close(): void
}

/** Starts an empty log. */
export const openLog = (directory: string, name: string): ProcessLog => {
  const path = join(directory, `${name}.log`)
  const fd = openSync(path, 'a', 0o644)
  return {
    path,
    fd,
    lastLines: (count) => readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count),
    close: () => closeSync(fd),
  }
}
