import {z} from 'zod'
import type {RequestSpec} from '../scenario.js'
import {anyJson, byKey} from '../shapes.js'
import {positiveDuration} from '../units.js'

const headerValue = z
  .union([z.string(), z.number(), z.boolean()], {error: 'expected text, or a number'})
  .transform(String)

const common = {
  name: z.string().min(1).describe('Name in reports; unique.'),
  weight: z.number().positive().default(1).describe('Share of the rate, relative to the other requests.'),
  endpoint: z.string().exactOptional().describe('Endpoint of the target; its first by default.'),
  headers: z
    .record(z.string(), headerValue)
    .default({})
    .describe('Header names and values; values may hold templates.'),
  body: anyJson
    .exactOptional()
    .describe('Text sent as it is, or a mapping or list sent as JSON; may hold templates.'),
  timeout: positiveDuration.exactOptional().describe('Instead of the timeout of the load.'),
}

const target = z
  .string()
  .regex(/^\//, {error: 'expected a path that starts with "/"'})
  .describe('Path that the request is sent to; may hold templates.')

type Common = z.output<z.ZodObject<typeof common>>

const requestOf = (method: string, path: string, {timeout, ...rest}: Common): RequestSpec => ({
  ...rest,
  method,
  path,
  ...(timeout === undefined ? {} : {timeoutMs: timeout}),
})

/** One request, named by its method. */
export const request = byKey('a request', {
  get: z.strictObject({get: target, ...common}).transform(({get, ...rest}) => requestOf('GET', get, rest)),
  post: z
    .strictObject({post: target, ...common})
    .transform(({post, ...rest}) => requestOf('POST', post, rest)),
  put: z.strictObject({put: target, ...common}).transform(({put, ...rest}) => requestOf('PUT', put, rest)),
  patch: z
    .strictObject({patch: target, ...common})
    .transform(({patch, ...rest}) => requestOf('PATCH', patch, rest)),
  delete: z
    .strictObject({delete: target, ...common})
    .transform(({delete: path, ...rest}) => requestOf('DELETE', path, rest)),
  head: z
    .strictObject({head: target, ...common})
    .transform(({head, ...rest}) => requestOf('HEAD', head, rest)),
})
