// wrk with keep-alive connections: throughput, and the latency that remains at full load.
import {execFile, execFileSync} from 'node:child_process'
import {promisify} from 'node:util'

const program = 'wrk'

/** Why wrk cannot run, or undefined. */
export const wrkMissing = () => {
  try {
    execFileSync(program, ['-v'], {stdio: 'ignore'})
  } catch (thrown) {
    // It prints its version and exits with 1.
    if (thrown.code === 'ENOENT')
      return 'wrk is not installed: the part "http" needs it. Debian and Ubuntu: apt-get install -y wrk; macOS: brew install wrk.'
  }
  return undefined
}

const milliseconds = {us: 0.001, ms: 1, s: 1000, m: 60_000}

/** Resolves to requests per second and p99 in milliseconds. Throws when any request failed. */
export const wrk = async (port, {connections, seconds}) => {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', `http://127.0.0.1:${port}/`]
  const {stdout} = await promisify(execFile)(program, args, {timeout: (seconds + 20) * 1000})
  if (/Socket errors|Non-2xx/.test(stdout)) throw new Error(`wrk saw errors:\n${stdout}`)
  const [, p99, unit] = /^\s+99%\s+([\d.]+)(\w+)/m.exec(stdout)
  const [, perSecond] = /^Requests\/sec:\s+([\d.]+)/m.exec(stdout)
  return {perSecond: Number(perSecond), p99Ms: Number(p99) * milliseconds[unit]}
}
