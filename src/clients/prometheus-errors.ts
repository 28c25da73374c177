import {EnvironmentError, reasonOf, UserError} from '../errors.js'
import {refused} from './prometheus-answers.js'
import {tlsRemedy} from './prometheus-tls.js'

/** Why a shorter range may pass: the answer is too large, or it takes too long. It is the cause of what is thrown. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch'
  readonly of: 'samples' | 'time'

  constructor(message: string, of: TooMuch['of']) {
    super(message)
    this.of = of
  }
}

/** What a server was asked too much of, when that is what an error says. */
export const tooMuchOf = (error: unknown): TooMuch['of'] | undefined =>
  error instanceof Error && error.cause instanceof TooMuch ? error.cause.of : undefined

/** Where a message is about, and what must not be in it. */
export interface Origin {
  url: string
  /** The variable that names the proxy in between. */
  proxyFrom: string | undefined
  conceal(text: string): string
}

const place = ({url, proxyFrom}: Origin): string =>
  proxyFrom === undefined ? url : `${url} (through the proxy of ${proxyFrom})`

/** Nothing answered at the address, or not in time. */
export const unreachable = (origin: Origin, cause: unknown): EnvironmentError => {
  const proxied =
    origin.proxyFrom === undefined ? '' : ` Or name its host in NO_PROXY to go without the proxy.`
  const usual = 'Check that it runs and that the address, with its path prefix if it has one, is right.'
  return new EnvironmentError(
    `Prometheus does not answer at ${place(origin)}: ${origin.conceal(reasonOf(cause))}`,
    {hint: (tlsRemedy(origin.url, cause) ?? usual) + proxied, cause},
  )
}

/** The beginning of every answer of the API, be it a refusal. */
const begun = /^\s*\{\s*"(status|data)"/

/** It ends in its middle, and HTTP was told that this is its end: a gateway gave up, or a disk was full. */
const brokenOff = (origin: Origin, body: string): EnvironmentError =>
  new EnvironmentError(
    `The answer of Prometheus at ${place(origin)} breaks off after ${Buffer.byteLength(body)} bytes`,
    {hint: 'It, or a proxy in between, ended the answer before it was whole: their logs say why.'},
  )

/** Something answered, but not with Prometheus's API. */
export const notPrometheus = (
  origin: Origin,
  status: number,
  body: string,
  cause?: unknown,
): EnvironmentError => {
  if (parseJson(body) === undefined && begun.test(body)) return brokenOff(origin, body)
  const start = JSON.stringify(origin.conceal(body).slice(0, 80))
  return new EnvironmentError(
    `What answers at ${place(origin)} does not speak Prometheus's API (status ${status}: ${start})`,
    {
      hint: 'Check the address; behind a proxy it needs the path prefix, as in http://host/prometheus.',
      cause,
    },
  )
}

const needsCredentials = (origin: Origin, status: number, body: string): EnvironmentError => {
  const said = origin.conceal(body).trim().split('\n')[0]?.slice(0, 80)
  return new EnvironmentError(
    `Prometheus at ${place(origin)} refuses access (status ${status})${said ? `: ${said}` : ''}`,
    {
      hint:
        'Give `bearer`, `basic` or (for a tenant) `headers` beside its `url` in the target file; ' +
        'with --prometheus set SHAKEDOWN_PROMETHEUS_BEARER_TOKEN, …_USERNAME and …_PASSWORD, or …_HEADERS.',
    },
  )
}

/** How Prometheus, Thanos, Mimir and VictoriaMetrics say that a query reads more than they allow. */
const tooManySamples =
  /too many samples|err-mimir-max-(chunks|estimated|series)|exceeded? (the )?(maximum|limit|series|samples|chunks)|cannot select more than|maxMemoryPerQuery|limit \d+ violated/i

/**
 * What a refusal means: UserError when the expression is at fault (`bad_data`: it does not parse; `execution`: it
 * cannot be evaluated over this data), EnvironmentError when the server is.
 */
export const refusal = (origin: Origin, status: number, body: string, expression?: string): Error => {
  if (status === 401 || status === 403 || status === 407) return needsCredentials(origin, status, body)
  const parsed = refused.safeParse(parseJson(body))
  if (!parsed.success) return notPrometheus(origin, status, body)
  const {errorType} = parsed.data
  const error = origin.conceal(parsed.data.error)
  if (expression !== undefined && tooManySamples.test(error)) {
    return new UserError(`Prometheus refuses the query: ${error}\n${expression}`, {
      hint: 'Narrow its selectors, or raise the limit of the server (--query.max-samples).',
      cause: new TooMuch(error, 'samples'),
    })
  }
  if (expression !== undefined && (errorType === 'bad_data' || errorType === 'execution'))
    return new UserError(`Prometheus refuses the query: ${error}\n${expression}`, {
      hint: 'Try the expression in the web page of Prometheus.',
    })
  return new EnvironmentError(
    `Prometheus at ${place(origin)} answers with an error: ${errorType}: ${error}`,
    {
      hint: 'Its log says more.',
      ...(errorType === 'timeout' && {cause: new TooMuch(error, 'time')}),
    },
  )
}

/** `undefined` when it is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
