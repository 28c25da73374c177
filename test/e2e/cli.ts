import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdtempSync, readdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Target} from '../../src/scenarios/target.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const bin = join(root, 'bin/run.js')

/** What a command did. */
export interface Result {
  code: number | null
  stdout: string
  stderr: string
}

/** A command that is under way. */
export interface Running {
  child: ChildProcess
  done: Promise<Result>
}

/** A user of the CLI with folders of their own: state, records, nothing shared with anybody. */
export interface User {
  home: string
  state: string
  /** `shell`: a line that bash runs first. `group`: in a process group of its own. */
  start(args: string[], options?: {shell?: string; group?: boolean}): Running
  run(args: string[], options?: {shell?: string}): Promise<Result>
}

/** A command that hangs must not outlive the test that waits for it in vain. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export const newUser = (): User => {
  const home = mkdtempSync(join(tmpdir(), 'shakedown-e2e-'))
  const env = {...process.env, SHAKEDOWN_STATE: join(home, 'state'), NO_COLOR: '1', GITHUB_ACTIONS: ''}
  const start: User['start'] = (args, {shell, group = false} = {}) => {
    const [command, ...rest] = shell
      ? ['bash', '-c', `${shell}; exec "$0" "$@"`, process.execPath, bin, ...args]
      : [process.execPath, bin, ...args]
    const child = spawn(command ?? '', rest, {
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: group,
    })
    running.add(child)
    child.once('exit', () => running.delete(child))
    const output = {stdout: '', stderr: ''}
    child.stdout.on('data', (text) => {
      output.stdout += text
    })
    child.stderr.on('data', (text) => {
      output.stderr += text
    })
    const done = once(child, 'close').then(([code]: (number | null)[]) => ({code: code ?? null, ...output}))
    return {child, done}
  }
  return {
    home,
    state: join(home, 'state'),
    start,
    run: (args, options) => start(args, options).done,
  }
}

/** The path of a scenario that ships. */
export const shipped = (name: string): string => join(root, 'scenarios', `${name}.yaml`)

/** Starts the reference deployment for a user; the caller ends it with `down`. */
export const up = async (user: User, args: string[] = []): Promise<Target> => {
  const {code, stdout, stderr} = await user.run(['up', '--json', ...args])
  if (code !== 0) throw new Error(`up ended with ${code}: ${stdout}${stderr}`)
  return JSON.parse(stdout)
}

/** Every toxic and every closed proxy that the deployment's Toxiproxy has: empty when nothing is broken. */
export const broken = async (target: Target): Promise<string[]> => {
  const response = await fetch(`${target.toxiproxy?.url}/proxies`)
  // The API of Toxiproxy: an object of proxies.
  const proxies = (await response.json()) as Record<string, {enabled: boolean; toxics: {name: string}[]}>
  return Object.entries(proxies).flatMap(([name, {enabled, toxics}]) => [
    ...(enabled ? [] : [`${name} is closed`]),
    ...toxics.map((toxic) => `${name} has ${toxic.name}`),
  ])
}

/** Names of the journals that are left: none when everything is undone. */
export const journals = ({state}: User): string[] => {
  const folder = join(state, 'journal')
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Process ids of the watchdogs of a user's runs. */
export const watchdogsOf = ({state}: User): number[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], {encoding: 'utf8'})
    .split('\n')
    .filter((line) => line.includes('watchdog-main.js') && line.includes(state))
    .map((line) => Number.parseInt(line, 10))
