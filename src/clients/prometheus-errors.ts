import {EnvironmentError, messageOf, UserError} from '../errors.js'
import {refused} from './prometheus-answers.js'

/** Nothing answered at the address, or not in time. */
export const unreachable = (url: string, cause: unknown): EnvironmentError =>
  new EnvironmentError(`Prometheus does not answer at ${url}: ${reasonOf(cause)}`, {
    hint: 'Check that it runs and that the address, with its path prefix if it has one, is right.',
    cause,
  })

/** A connection refused on both IPv4 and IPv6 comes as an error without a message. */
const reasonOf = (cause: unknown): string =>
  cause instanceof AggregateError && cause.message === ''
    ? cause.errors.map(messageOf).join('; ')
    : messageOf(cause)

/** Something answered, but not with Prometheus's API. */
export const notPrometheus = (url: string, status: number, body: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError(
    `What answers at ${url} does not speak Prometheus's API (status ${status}: ${JSON.stringify(body.slice(0, 80))})`,
    {
      hint: 'Check the address; behind a proxy it needs the path prefix, as in http://host/prometheus.',
      cause,
    },
  )

const needsCredentials = (url: string, status: number): EnvironmentError =>
  new EnvironmentError(`Prometheus at ${url} refuses access (status ${status})`, {
    hint: 'Give credentials in the address: http://user:password@host.',
  })

/**
 * What a refusal means: UserError when the expression is at fault (`bad_data`: it does not parse; `execution`: it
 * cannot be evaluated over this data), EnvironmentError when the server is.
 */
export const refusal = (url: string, status: number, body: string, expression?: string): Error => {
  if (status === 401 || status === 403) return needsCredentials(url, status)
  const parsed = refused.safeParse(parseJson(body))
  if (!parsed.success) return notPrometheus(url, status, body)
  const {errorType, error} = parsed.data
  if (expression !== undefined && (errorType === 'bad_data' || errorType === 'execution'))
    return new UserError(`Prometheus refuses the query: ${error}\n${expression}`, {
      hint: 'Try the expression in the web page of Prometheus.',
    })
  return new EnvironmentError(`Prometheus at ${url} answers with an error: ${errorType}: ${error}`, {
    hint: 'Its log says more.',
  })
}

/** Prometheus refuses to load more than `--query.max-samples` at once; a shorter range may pass. */
export const asksTooMuch = (error: unknown): boolean =>
  error instanceof UserError && error.message.includes('too many samples')

/** `undefined` when it is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
