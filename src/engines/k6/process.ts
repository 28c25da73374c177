import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type ProgramEnd, programEnd, startProgram} from '../../clients/child-process.js'
import {environment} from '../../system/environment.js'
import {type K6, k6Environment} from './binary.js'
import type {Job} from './job.js'
import {createLog, type K6Log} from './log.js'
import {processCpuMeter} from './process-cpu.js'
import {createSampleReader, type Sample} from './samples.js'

/** A k6 that runs. */
export interface K6Process {
  log: K6Log
  ended: Promise<ProgramEnd>
  /** Share of one core that it used since the call before. */
  cpu(): number
  signal(name: 'SIGTERM' | 'SIGKILL'): void
}

/** How long samples may wait inside k6: short enough for a live view, long enough to cost nothing. */
const saveInterval = '200ms'

/**
 * Starts k6, whose samples come over its standard output. So it ends soon after we do, however that came about: a write
 * into the closed pipe kills it, and it writes something at least once a second.
 */
export const startK6 = async (
  k6: K6,
  {script, env}: Job,
  folder: string,
  tell: (sample: Sample) => void,
): Promise<K6Process> => {
  // In place of the user's own, which would be obeyed without a word.
  const config = join(folder, 'config.json')
  await writeFile(config, '{}')
  const args = [
    'run',
    script,
    `--config=${config}`,
    '--quiet',
    '--no-color',
    '--log-format=json',
    '--log-output=stderr',
  ]
  const child = await startProgram(k6.path, {
    // Without an address there is no REST API, which version 1 would open on its own port for everybody.
    args: [...args, '--address=', '--out=csv=-'],
    env: {
      ...k6Environment(environment(), env),
      K6_CSV_TIME_FORMAT: 'unix_nano',
      K6_CSV_SAVE_INTERVAL: saveInterval,
    },
  })
  const read = createSampleReader(tell)
  const log = createLog()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => read(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.write(text))
  const {pid = 0} = child
  return {
    log,
    ended: programEnd(child),
    cpu: processCpuMeter(pid),
    signal: (name) => {
      try {
        // Its whole group: a browser that it started goes with it.
        if (child.exitCode === null && child.signalCode === null) process.kill(-pid, name)
      } catch {
        // It ended in this moment.
      }
    },
  }
}
