import {readFile} from 'node:fs/promises'
import {messageOf, UserError} from '../errors.js'
import type {PrometheusAccess, Secret} from '../scenarios/prometheus-access.js'
import type {Environment} from '../system/environment.js'
import {Hidden} from '../system/hidden.js'
import {basicAuthorization} from './prometheus-url.js'

/** Headers of one request, and how to keep what is secret in them out of a message. */
export interface Credentials {
  headers: Record<string, string>
  conceal(text: string): string
}

/** Where a secret stands, in words that do not tell it. */
const placeOf = (secret: Secret): string => {
  if (secret instanceof Hidden) return 'what is written'
  return 'env' in secret ? `the environment variable ${secret.env}` : secret.file
}

const readText = async (secret: Secret, environment: Environment): Promise<string> => {
  if (secret instanceof Hidden) return secret.reveal()
  if ('env' in secret) return environment[secret.env] ?? ''
  try {
    return await readFile(secret.file, 'utf8')
  } catch (cause) {
    throw new UserError(`Cannot read the credentials for Prometheus: ${messageOf(cause)}`, {
      hint: 'Check the path, and that the file may be read by the user who runs shakedown.',
      cause,
    })
  }
}

/** Reads a secret anew: tokens in files are replaced while a long run goes on. Throws UserError without telling it. */
const readSecret = async (what: string, secret: Secret, environment: Environment): Promise<string> => {
  const text = (await readText(secret, environment)).replace(/\r?\n$/, '')
  const wrong =
    text === ''
      ? 'is empty or not set'
      : // What no header may hold; undici would refuse it too, with less to go by.
        [...text].some((character) => character < ' ' || character === '\x7f')
        ? 'has line breaks or control characters'
        : undefined
  if (wrong === undefined) return text
  throw new UserError(`The ${what} for Prometheus (${placeOf(secret)}) ${wrong}.`, {
    hint: 'It is one line of text.',
  })
}

/** Below this length, hiding would tear words apart, and there is no secret worth the name. */
const shortestSecret = 4

/** Everything that a secret may appear as in what a server or a library says. */
const concealer = (secrets: string[]) => {
  const telling = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .filter((text) => text.length >= shortestSecret)
    .sort((a, b) => b.length - a.length)
  return (text: string): string => telling.reduce((rest, secret) => rest.replaceAll(secret, '(hidden)'), text)
}

/** The headers of a request. `fromUrl` is the user and password of the address, as `user:password`. */
export const readCredentials = async (
  {bearer, basic: user, headers = {}}: PrometheusAccess,
  fromUrl: string | undefined,
  environment: Environment,
): Promise<Credentials> => {
  const secrets: string[] = []
  const read = async (what: string, secret: Secret): Promise<string> => {
    const text = await readSecret(what, secret, environment)
    secrets.push(text)
    return text
  }
  const sent: Record<string, string> = {}
  const addUser = (named: string): void => {
    const authorization = basicAuthorization(named)
    sent['authorization'] = authorization
    secrets.push(authorization.slice('Basic '.length), named.slice(named.indexOf(':') + 1))
  }
  if (fromUrl !== undefined) addUser(fromUrl)
  if (user) addUser(`${user.username}:${await read('password', user.password)}`)
  if (bearer) sent['authorization'] = `Bearer ${await read('bearer token', bearer)}`
  for (const [name, value] of Object.entries(headers)) {
    sent[name.toLowerCase()] = await read(`header ${name}`, value)
  }
  return {headers: sent, conceal: concealer(secrets)}
}
