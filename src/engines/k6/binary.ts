import {askProgram, type ProgramAnswer} from '../../clients/child-process.js'
import {EnvironmentError, messageOf} from '../../errors.js'
import type {Environment} from '../../system/environment.js'

/** A k6 that can be used. */
export interface K6 {
  path: string
  /** `2.1.0` */
  version: string
}

const oldest = [1, 5] as const
const askLimitMs = 30_000
const install = 'Install k6 (https://grafana.com/docs/k6/latest/set-up/install-k6/), or name it with K6_PATH.'

/**
 * The environment that k6 gets: ours, without the variables that would change k6 itself behind our back (K6_VUS alone
 * replaces all scenarios), and never a look around in the net for extensions or to report its use.
 */
export const k6Environment = (
  ours: Environment,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const kept = Object.entries(ours).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('K6_'),
  )
  return {
    ...Object.fromEntries(kept),
    ...more,
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
  }
}

const versionOf = ({stdout}: ProgramAnswer): string | undefined => {
  const found =
    /"version":\s*"v?(\d+\.\d+\.\d+[^"]*)"/.exec(stdout) ?? /^\S* ?v(\d+\.\d+\.\d+\S*) \(/.exec(stdout)
  return found?.[1]
}

/** `k6 version --json`; those too old for the flag are asked without it. */
const ask = async (path: string, env: Environment, signal: AbortSignal): Promise<ProgramAnswer> => {
  const limits = {limitMs: askLimitMs, signal}
  const start = {env: k6Environment(env)}
  const answer = await askProgram(path, {...start, args: ['version', '--json']}, limits)
  return answer.code === 0 ? answer : await askProgram(path, {...start, args: ['version']}, limits)
}

/**
 * Finds k6: what K6_PATH names, else `k6` on the PATH. Throws EnvironmentError when there is none, it is too old, or it
 * is another program of that name.
 */
export const findK6 = async (env: Environment, signal: AbortSignal): Promise<K6> => {
  const path = env['K6_PATH'] || 'k6'
  const answer = await ask(path, env, signal).catch((cause: unknown) => {
    if (!(cause instanceof EnvironmentError)) throw cause
    throw new EnvironmentError(`There is no k6 to run: ${messageOf(cause)}`, {hint: install, cause})
  })
  const version = versionOf(answer)
  if (version === undefined) {
    const said = (answer.stdout || answer.stderr).trim().split('\n')[0]?.slice(0, 100) ?? ''
    throw new EnvironmentError(`"${path}" is not the load generator k6: to "version" it says "${said}"`, {
      hint: `Another program of that name comes first on the PATH. ${install}`,
    })
  }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw new EnvironmentError(`k6 ${version} is too old: ${oldest.join('.')} or later is needed`, {
      hint: install,
    })
  return {path, version}
}
