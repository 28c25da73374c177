import {UserError} from '../errors.js'
import type {PrometheusAccess} from '../scenarios/prometheus-access.js'
import type {Environment} from '../system/environment.js'
import {Hidden} from '../system/hidden.js'
import {openPoster, type Poster} from './poster.js'
import {packSnappy} from './remote-write/pack.js'
import {type SampleToWrite, writeRequest} from './remote-write/write-request.js'

const prefix = 'SHAKEDOWN_REMOTE_WRITE_'

/** `X-Scope-OrgID: team-a, X-Other: b` */
const headersIn = (text: string): Record<string, Hidden> =>
  Object.fromEntries(
    text
      .split(/[,\n]/)
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [, name = '', value = ''] = /^\s*([\w-]+)\s*:\s*(.+?)\s*$/.exec(part) ?? []
        if (name === '') {
          throw new UserError(`${prefix}HEADERS is not of the form "Name: value, Name: value".`, {
            hint: 'See "Remote write" in docs/pipelines.md.',
          })
        }
        return [name, new Hidden(value)]
      }),
  )

/** Who writes, from the environment: a bearer token, or a user with a password, and headers for a tenant. */
const accessIn = (environment: Environment): Pick<PrometheusAccess, 'bearer' | 'basic' | 'headers'> => {
  const [token, username, headers] = ['BEARER_TOKEN', 'USERNAME', 'HEADERS'].map(
    (name) => environment[prefix + name] || undefined,
  )
  if (token && username) {
    throw new UserError(`${prefix}BEARER_TOKEN and ${prefix}USERNAME are both set.`, {
      hint: 'Leave one of them out.',
    })
  }
  return {
    ...(token && {bearer: {env: `${prefix}BEARER_TOKEN`}}),
    ...(username && {basic: {username, password: {env: `${prefix}PASSWORD`}}}),
    ...(headers && {headers: headersIn(headers)}),
  }
}

/** Opens a receiver of remote write 1.0 at its whole URL. Throws UserError for what is no URL, or for wrong variables. */
export const openRemoteWrite = (address: string, environment: Environment): Poster =>
  openPoster({
    what: 'The receiver of remote write',
    flag: 'remote-write',
    address,
    access: accessIn(environment),
    environment,
  })

/** Sends samples in one request. Throws EnvironmentError when they are not taken within `limitMs`. */
export const writeSamples = async (
  receiver: Poster,
  samples: readonly SampleToWrite[],
  {limitMs, signal}: {limitMs: number; signal?: AbortSignal | undefined},
): Promise<void> => {
  const headers = {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  }
  await receiver.post({path: '', headers, body: packSnappy(writeRequest(samples)), limitMs, signal})
}
