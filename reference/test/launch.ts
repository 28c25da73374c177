import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import type {TargetDescription} from '../src/topology.js'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const proxiesProgram = here('fixtures/proxies.mjs')
const serviceProgram = here('fixtures/service.mjs')
const supervisorProgram = here('../dist/supervisor/main.js')

/** A supervisor with the services of the fixtures, its one line of answer, and a temp and state folder of its own. */
export interface Launched {
  supervisor: ChildProcess
  answer: {ready: TargetDescription} | {error: {message: string; hint?: string}}
  /** Where the deployment's own directory is made. */
  temp: string
  stateDir: string
}

export const launch = async (options: Record<string, unknown> = {}, folder?: string): Promise<Launched> => {
  const temp = folder ?? (await temporaryFolder())
  const stateDir = join(temp, 'state')
  const all = {
    toxiproxy: {command: [process.execPath, proxiesProgram]},
    serviceEntry: serviceProgram,
    stateDir,
    ...options,
  }
  const supervisor = spawn(process.execPath, [supervisorProgram, '--options', JSON.stringify(all)], {
    env: {...process.env, TMPDIR: temp},
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({input: supervisor.stdout}))
    return {supervisor, answer: JSON.parse(line), temp, stateDir}
  throw new Error('the supervisor ended without an answer')
}

const folders: string[] = []

/** A folder that `nobody` may pass through, as the databases must under root. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-test-'))
  const {chmod} = await import('node:fs/promises')
  await chmod(folder, 0o755)
  folders.push(folder)
  return folder
}

export const removeFolders = async (): Promise<void> => {
  for (const folder of folders.splice(0)) await rm(folder, {recursive: true, force: true, maxRetries: 5})
}

export const targetOf = ({answer}: Launched): TargetDescription => {
  if ('ready' in answer) return answer.ready
  throw new Error(`${answer.error.message}\n${answer.error.hint}`)
}

/** Waits for something that must become true; the limit is generous, for busy machines. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> => {
  const deadline = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs} ms`)
    await delay(25)
  }
}

export const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()))

/** Whether a process runs; a zombie, which nobody in a bare container waits for, does not. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    if (!existsSync('/proc/self/stat')) return true
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
  } catch {
    return false
  }
}

export interface Listed {
  name: string
  pid: number
  state: string
  restarts: number
}

/** Asks the control API. */
export const ask = async (
  launched: Launched,
  path: string,
  method = 'GET',
  body?: unknown,
): Promise<{status: number; body: unknown}> => {
  const response = await fetch(`${targetOf(launched).control?.url}${path}`, {
    method,
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
  return {status: response.status, body: await response.json()}
}

export const processes = async (launched: Launched): Promise<Listed[]> =>
  (await ask(launched, '/processes')).body as Listed[] // The control API's own shape.

export const findProcess = async (launched: Launched, name: string): Promise<Listed> => {
  const found = (await processes(launched)).find((each) => each.name === name)
  if (!found) throw new Error(`no process ${name}`)
  return found
}

/** Resolves when the process runs, ready, under another pid. */
export const untilBack = (launched: Launched, {name, pid}: Listed): Promise<void> =>
  until(`${name} back`, async () => {
    const now = await findProcess(launched, name)
    return now.state === 'ready' && now.pid !== pid
  })

/** Ends an owned supervisor as its owner's end does, and waits. */
export const finish = async ({supervisor}: Launched): Promise<void> => {
  supervisor.stdin?.end()
  await exited(supervisor)
}
