import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {entryUrl} from '../../src/system/entry.js'
import {within} from './toxiproxy-rig.js'

const toxiproxyEntry = fileURLToPath(entryUrl('toxiproxy/main.js'))

interface StartedProcess {
  child: ChildProcess
  said: Record<string, string>
}

/** Our server as a process of its own; resolves with the first line that it prints. */
export const startProcess = (...args: string[]): Promise<StartedProcess> => startAfter('true', ...args)

/** The same, under a limit that a line of bash sets. */
export const startAfter = async (shell: string, ...args: string[]): Promise<StartedProcess> => {
  const command = ['-c', `${shell}; exec "$0" "$@"`, process.execPath, toxiproxyEntry, ...args]
  const child = spawn('bash', command, {stdio: ['pipe', 'pipe', 'inherit']})
  const [line] = await within(once(createInterface({input: child.stdout}), 'line'), 'the first line')
  return {child, said: JSON.parse(line)}
}

/** Ends a process that a test started, by SIGTERM; resolves to its exit code. */
export const stopProcess = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await within(exit, 'the exit')
  return code
}
