// The CLI as a user has it, with a state directory of the soak's own.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {track} from './processes.mjs'

/** The checkout that is tested: this one, unless a build of another is to be killed. */
export const root = process.env.SOAK_ROOT ?? fileURLToPath(new URL('../../', import.meta.url))

/** A command that hangs this long never ends. */
const limitMs = 120_000

/** Starts a command in a process group of its own; `done` has its exit code, its output, and all that it `said`. */
export const startCli = ({folder, stateDirectory}, args) => {
  const env = {...process.env, SHAKEDOWN_STATE: stateDirectory, NO_COLOR: '1'}
  const options = {cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true}
  const child = track(spawn(process.execPath, [join(root, 'bin/run.js'), ...args], options))
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  let [said, out] = ['', '']
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text
      if (stream === child.stdout) out += text
    })
  }
  const done = once(child, 'close').then(([code, signal]) => {
    clearTimeout(timer)
    return {code, signal, said, out}
  })
  return {child, done}
}

/** Runs a command to its end. */
export const runCli = (place, args) => startCli(place, args).done

/** What `restore --dry-run` lists: `run fault` for every change that is left. Throws when it fails. */
export const leftOver = async (place) => {
  const {code, out, said} = await runCli(place, ['restore', '--dry-run', '--json'])
  if (code !== 0) throw new Error(`restore --dry-run ended with ${code}: ${said}`)
  return JSON.parse(out).leftovers.flatMap(({runId, changes}) =>
    changes.map(({fault}) => `${runId} ${fault}`),
  )
}
