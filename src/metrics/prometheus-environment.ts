import {UserError} from '../errors.js'
import {
  type PrometheusAccess,
  type PrometheusAt,
  printableUrl,
  prometheusAt,
  type Secret,
  type TlsAccess,
} from '../scenarios/prometheus-access.js'
import {parseDuration} from '../scenarios/quantities.js'
import {closest} from '../scenarios/suggest.js'
import type {Environment} from '../system/environment.js'
import {Hidden} from '../system/hidden.js'

const prefix = 'SHAKEDOWN_PROMETHEUS_'

const known = [
  'BEARER_TOKEN',
  'BEARER_TOKEN_FILE',
  'USERNAME',
  'PASSWORD',
  'PASSWORD_FILE',
  'HEADERS',
  'CA_FILE',
  'CERT_FILE',
  'KEY_FILE',
  'SERVER_NAME',
  'INSECURE',
  'TIMEOUT',
  'LOOKBACK',
] as const

type Name = (typeof known)[number]

const refuse = (name: Name, expected: string): never => {
  // What was found is not repeated: one variable may have been mistaken for another.
  throw new UserError(`${prefix}${name} is not ${expected}`, {
    hint: 'See "A Prometheus of your own" in docs/metrics.md.',
  })
}

/** The first of those variables that is set, as a secret that stays where it is. */
const secretIn = (value: (name: Name) => string | undefined, text: Name, file: Name): Secret | undefined => {
  if (value(text) !== undefined) return {env: prefix + text}
  const path = value(file)
  return path === undefined ? undefined : {file: path}
}

/** `X-Scope-OrgID: team-a, X-Other: b`; a line each works as well. */
const headersIn = (text: string): Record<string, Secret> =>
  Object.fromEntries(
    text
      .split(/[,\n]/)
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [, name = '', value = ''] = /^\s*([\w-]+)\s*:\s*(.+?)\s*$/.exec(part) ?? []
        return name === ''
          ? refuse('HEADERS', 'of the form "Name: value, Name: value"')
          : [name, new Hidden(value)]
      }),
  )

const durationIn = (name: 'TIMEOUT' | 'LOOKBACK', text: string): number =>
  parseDuration(text) || refuse(name, 'a duration above zero such as "30s"')

const flagIn = (text: string): boolean => {
  if (/^(true|1|yes)$/i.test(text)) return true
  return /^(false|0|no)$/i.test(text) ? false : refuse('INSECURE', '"true" or "false"')
}

const tlsIn = (value: (name: Name) => string | undefined): TlsAccess => {
  const [ca, cert, key, server, insecure] = [
    value('CA_FILE'),
    value('CERT_FILE'),
    value('KEY_FILE'),
    value('SERVER_NAME'),
    value('INSECURE'),
  ]
  if ((cert === undefined) !== (key === undefined)) {
    refuse(cert === undefined ? 'CERT_FILE' : 'KEY_FILE', 'set: a client certificate needs both')
  }
  return {
    ...(ca !== undefined && {caFile: ca}),
    ...(cert !== undefined && {certFile: cert}),
    ...(key !== undefined && {keyFile: key}),
    ...(server !== undefined && {serverName: server}),
    ...(insecure !== undefined && {insecure: flagIn(insecure)}),
  }
}

const checkNames = (environment: Environment): void => {
  for (const name of Object.keys(environment).filter((name) => name.startsWith(prefix))) {
    const own = name.slice(prefix.length)
    if ((known as readonly string[]).includes(own)) continue
    const near = closest(own, known)
    throw new UserError(`The environment variable ${name} is not known`, {
      hint: near
        ? `Did you mean ${prefix}${near}?`
        : `Known are ${known.map((each) => prefix + each).join(', ')}.`,
    })
  }
}

/**
 * How to get at the Prometheus of `--prometheus`, from the `SHAKEDOWN_PROMETHEUS_…` variables. An empty variable is
 * none. Throws UserError for one that is not known, or that cannot be understood.
 */
export const accessFromEnvironment = (environment: Environment): PrometheusAccess => {
  checkNames(environment)
  const value = (name: Name): string | undefined => environment[prefix + name] || undefined
  const bearer = secretIn(value, 'BEARER_TOKEN', 'BEARER_TOKEN_FILE')
  const password = secretIn(value, 'PASSWORD', 'PASSWORD_FILE')
  const username = value('USERNAME')
  if (bearer && username) refuse('USERNAME', 'to be given beside a bearer token')
  if (password && username === undefined) refuse('USERNAME', 'set, but there is a password')
  if (username !== undefined && !password) refuse('PASSWORD', 'set, but there is a user name')
  const [headers, timeout, lookback] = [value('HEADERS'), value('TIMEOUT'), value('LOOKBACK')]
  const tls = tlsIn(value)
  return {
    ...(bearer && {bearer}),
    ...(username !== undefined && password && {basic: {username, password}}),
    ...(headers !== undefined && {headers: headersIn(headers)}),
    ...(Object.keys(tls).length > 0 && {tls}),
    ...(timeout !== undefined && {timeoutMs: durationIn('TIMEOUT', timeout)}),
    ...(lookback !== undefined && {lookbackMs: durationIn('LOOKBACK', lookback)}),
  }
}

/** The Prometheus of `--prometheus URL`. Throws UserError as `accessFromEnvironment`, and when it is no http(s) URL. */
export const prometheusAsked = (address: string, environment: Environment): PrometheusAt => {
  if (printableUrl(address) === undefined) {
    throw new UserError('The address of Prometheus is not an http:// or https:// URL', {
      hint: 'Write it as http://host:9090.',
    })
  }
  const access = accessFromEnvironment(environment)
  if (new URL(address).username && (access.bearer ?? access.basic)) {
    throw new UserError(`Credentials for Prometheus are given twice: in its address and as ${prefix}…`, {
      hint: 'Leave one of them out.',
    })
  }
  return {...prometheusAt(address), ...access}
}
