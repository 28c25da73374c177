import {Buffer} from 'node:buffer'
import {z} from 'zod'
import type {RequestSpec} from '../scenario.js'
import {anyJson, byKey} from '../shapes.js'
import {positiveDuration} from '../units.js'

const headerValue = z
  .union([z.string(), z.number(), z.boolean()], {error: 'expected text, or a number'})
  .transform(String)

/** A path as written, or the bytes of the file in its place. */
const bodyFile = z
  .custom<string | Uint8Array>((value) => typeof value === 'string' || value instanceof Uint8Array, {
    error: 'expected the path of a file',
  })
  .meta({type: 'string'})
  .describe('File that is sent as the body, from the folder of the scenario; text may hold templates.')

const aStatus = 'expected a status such as 404, or a class such as "2xx"'
const status = z.union(
  [
    z.int().min(100, {error: aStatus}).max(599, {error: aStatus}),
    z.enum(['1xx', '2xx', '3xx', '4xx', '5xx']),
  ],
  {error: aStatus},
)

/** Names that would stand for something else among the labels of a metric. */
const ownLabels = ['request', 'stream', 'outcome', 'code', 'engine', 'le', 'job', 'instance', 'flow', 'step']

const tags = z
  .record(
    z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, {
        error: 'expected letters, digits and "_", as in the label of a metric',
      })
      .refine((name) => !ownLabels.includes(name) && !name.startsWith('__'), {
        error: 'is a label that the metrics have already',
      }),
    headerValue,
  )
  .exactOptional()
  .describe('Further labels of its metrics.')

/** What requests and steps of flows have in common. */
export const common = {
  name: z.string().min(1).describe('Name in reports; unique.'),
  endpoint: z.string().exactOptional().describe('Endpoint of the target; its first by default.'),
  headers: z
    .record(z.string(), headerValue)
    .default({})
    .describe('Header names and values; values may hold templates.'),
  body: anyJson
    .exactOptional()
    .describe('Text sent as it is, or a mapping or list sent as JSON; may hold templates.'),
  'body-file': bodyFile.exactOptional(),
  timeout: positiveDuration.exactOptional().describe('Instead of the timeout of the load.'),
  expect: z
    .union([z.array(status).min(1), status.transform((one) => [one])])
    .exactOptional()
    .describe('Statuses that are a right answer, `[2xx, 404]` say; others are counted as unexpected.'),
  tags,
}

const weighted = {
  ...common,
  weight: z.number().positive().default(1).describe('Share of the rate, relative to the other requests.'),
}

/** Where a request is sent. */
export const target = z
  .string()
  .regex(/^(\/|\{\{)/, {error: 'expected a path that starts with "/"'})
  .describe('Path that the request is sent to; may hold templates.')

/** A request as read, its method and path apart. */
export type Common = z.output<z.ZodObject<typeof common>>

/** A body as the request sends it: text with templates, or bytes as they are. */
const bodyOf = (file: string | Uint8Array): Pick<RequestSpec, 'body' | 'bodyBase64'> => {
  // Still a path: the file could not be read, which is told elsewhere, or the scenario was read without its files.
  if (typeof file === 'string') return {}
  try {
    return {body: new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(file)}
  } catch {
    return {bodyBase64: Buffer.from(file).toString('base64')}
  }
}

/** A request with the weight that steps of a flow do not have. */
export const requestOf = (
  method: string,
  path: string,
  {timeout, 'body-file': file, ...rest}: Common & {weight: number},
): RequestSpec => ({
  ...rest,
  method,
  path,
  ...(timeout === undefined ? {} : {timeoutMs: timeout}),
  ...(file === undefined ? {} : bodyOf(file)),
})

/** One request, named by its method. */
export const request = byKey('a request', {
  get: z.strictObject({get: target, ...weighted}).transform(({get, ...rest}) => requestOf('GET', get, rest)),
  post: z
    .strictObject({post: target, ...weighted})
    .transform(({post, ...rest}) => requestOf('POST', post, rest)),
  put: z.strictObject({put: target, ...weighted}).transform(({put, ...rest}) => requestOf('PUT', put, rest)),
  patch: z
    .strictObject({patch: target, ...weighted})
    .transform(({patch, ...rest}) => requestOf('PATCH', patch, rest)),
  delete: z
    .strictObject({delete: target, ...weighted})
    .transform(({delete: path, ...rest}) => requestOf('DELETE', path, rest)),
  head: z
    .strictObject({head: target, ...weighted})
    .transform(({head, ...rest}) => requestOf('HEAD', head, rest)),
})
