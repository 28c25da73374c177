import {z} from 'zod'
import {Hidden} from '../system/hidden.js'
import {type PrometheusAt, prometheusAt, type Secret, type TlsAccess} from './prometheus-access.js'
import {isRecord, sentence, variantsOf} from './shapes.js'
import {positiveDuration} from './units.js'

/** Its own messages everywhere: zod's, or ours for other keys, would repeat what was found. */
const secretExpected = {error: 'expected text in quotes, {env: NAME} or {file: PATH}'}

const secret = z
  .union(
    [
      z.string(secretExpected).min(1),
      z.strictObject({env: z.string().min(1).describe('Name of an environment variable.')}, secretExpected),
      z.strictObject({file: z.string().min(1).describe('Path, from the target file.')}, secretExpected),
    ],
    secretExpected,
  )
  .transform((value): Secret => (typeof value === 'string' ? new Hidden(value) : value))

const path = z.string().min(1)

const tls = z
  .strictObject({
    ca: path.exactOptional().describe('Certificates (PEM) to trust in place of the machine’s own.'),
    cert: path.exactOptional().describe('Client certificate (PEM), with its `key`.'),
    key: path.exactOptional().describe('Key (PEM) of the client certificate.'),
    'server-name': z.string().min(1).exactOptional().describe('Name that its certificate must have.'),
    insecure: z.boolean().exactOptional().describe('Takes any certificate, with a warning.'),
  })
  .refine(({cert, key}) => (cert === undefined) === (key === undefined), {
    error: 'a client certificate needs both "cert" and "key"',
  })
  .transform(
    ({ca, cert, key, 'server-name': serverName, insecure}): TlsAccess => ({
      ...(ca !== undefined && {caFile: ca}),
      ...(cert !== undefined && {certFile: cert}),
      ...(key !== undefined && {keyFile: key}),
      ...(serverName !== undefined && {serverName}),
      ...(insecure !== undefined && {insecure}),
    }),
  )

/** What may stand beside the address of a Prometheus. */
const accessKeys = {
  bearer: secret.exactOptional().describe('Bearer token: text, `{env: NAME}` or `{file: PATH}`.'),
  basic: z
    .strictObject({
      username: z.string({error: 'expected text in quotes'}).min(1),
      password: secret.describe('Text, `{env: NAME}` or `{file: PATH}`.'),
    })
    .exactOptional()
    .describe('Basic authentication.'),
  headers: z
    .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, {error: 'not the name of a header'}), secret)
    .exactOptional()
    .describe('More headers, for a tenant say: `X-Scope-OrgID`.'),
  tls: tls.exactOptional().describe('How TLS is spoken; paths are from the target file.'),
  timeout: positiveDuration.exactOptional().describe('Limit for each attempt of a request; default 10 s.'),
  lookback: positiveDuration
    .exactOptional()
    .describe('How old a sample may be for an instant query; learnt from the scrape intervals by default.'),
}

const url = z.url({protocol: /^https?$/, error: 'expected an address such as "http://localhost:9090"'})

const credentials = (value: {url: string; bearer?: unknown; basic?: unknown; headers?: object}): string[] => [
  ...(value.bearer ? ['"bearer"'] : []),
  ...(value.basic ? ['"basic"'] : []),
  ...(URL.canParse(value.url) && new URL(value.url).username ? ['a user in the address'] : []),
  ...(Object.keys(value.headers ?? {}).some((name) => name.toLowerCase() === 'authorization')
    ? ['a header "Authorization"']
    : []),
]

/** `{url: …, bearer: …}`: the long form of `prometheus: URL`. */
const prometheusSource = z
  .strictObject({url: url.describe('Its address, with the path prefix if it has one.'), ...accessKeys})
  .superRefine((value, context) => {
    const found = credentials(value)
    if (found.length > 1) context.addIssue(`credentials are given twice: ${found.join(' and ')}`)
  })
  .transform(
    ({url: address, timeout, lookback, ...access}): PrometheusAt => ({
      ...prometheusAt(address),
      ...access,
      ...(timeout !== undefined && {timeoutMs: timeout}),
      ...(lookback !== undefined && {lookbackMs: lookback}),
    }),
  )

const bare = url.transform(prometheusAt)

/** A bare address, or the long form. A plain union would answer a slip in one with the complaints of both. */
export const prometheus = z.unknown().transform((value, context): PrometheusAt => {
  const result = (isRecord(value) ? prometheusSource : bare).safeParse(value, {error: sentence})
  if (result.success) return result.data
  for (const issue of result.error.issues) context.addIssue({...issue})
  return z.NEVER
})
variantsOf.set(prometheus._zod.def, [bare, prometheusSource])
