import {z} from 'zod'
import type {Toxic} from '../../clients/toxiproxy.js'
import {duration, positiveFraction} from '../../scenarios/units.js'
import {edgeDuration, edgeOptions} from './edge-options.js'

/** A fault on HTTP requests as asked for; durations in milliseconds, the share as a fraction. */
export interface HttpOptions {
  edge: string
  route: {method: string; path: string}
  share: number
  status?: number | undefined
  delay?: number | undefined
  body?: string | undefined
  'retry-after'?: number | undefined
}

const routeExpected = 'expected a route such as "POST /charge", "GET /products/*" or "/*" for every request'

/** What is wrong with a route, as closely as it can be told. */
const routeProblem = (text: string): string | undefined => {
  const [, method = '', path = ''] = /^(?:(\S+)\s+)?(\S+)$/.exec(text.trim()) ?? []
  if (!path.startsWith('/')) return `${routeExpected}, got ${JSON.stringify(text)}`
  if (!/^[A-Z-]*$/.test(method)) return `${routeExpected}: "${method}" is no method, they are in capitals`
  if (/[?#]/.test(path)) return `${routeExpected}: leave the query out, it does not count`
  if (/\*./.test(path)) return `${routeExpected}: a "*" stands at the end only`
  return undefined
}

const route = z
  .string({error: routeExpected})
  .meta({pattern: '^\\s*([A-Z-]+\\s+)?/[^\\s?#*]*\\*?\\s*$'})
  .transform((text, context): HttpOptions['route'] => {
    const problem = routeProblem(text)
    if (problem !== undefined) {
      context.addIssue({code: 'custom', message: problem})
      return z.NEVER
    }
    const words = text.trim().split(/\s+/)
    return {method: words.length > 1 ? (words[0] ?? '') : '', path: words.at(-1) ?? ''}
  })

const statusExpected = 'expected an HTTP status from 200 to 599'

/** The schema of the fault's options. */
export const httpOptions = z
  .strictObject({
    edge: edgeOptions.edge,
    route: route.describe(
      'The requests that are hit: `METHOD /path`, or a path for any method; without the query, with `*` at the end for any rest.',
    ),
    share: positiveFraction
      .prefault('100%')
      .describe('Share of these requests that are hit, decided for each request.'),
    status: z
      .int({error: statusExpected})
      .min(200, {error: statusExpected})
      .max(599, {error: statusExpected})
      .optional()
      .describe('Answer with this status; the service never hears of the request.'),
    delay: edgeDuration
      .refine((ms) => ms > 0, {error: 'expected more than nothing'})
      .optional()
      .describe('Wait this long before the answer, or before the request goes on to the service.'),
    body: z.string().max(100_000).optional().describe('Content of the answer; JSON is declared as such.'),
    'retry-after': duration
      .refine((ms) => ms > 0 && ms % 1000 === 0, {error: 'expected whole seconds, such as "5s"'})
      .optional()
      .describe('Sent with the answer as `Retry-After`.'),
  })
  .refine(({status, delay}) => status !== undefined || delay !== undefined, {
    error: 'say what happens to the requests: `status: 503`, `delay: 2s`, or both',
  })
  .refine(({status, body}) => status !== undefined || body === undefined, {
    error: '`body` needs a `status` to be answered with',
    path: ['body'],
  })
  .refine((options) => options.status !== undefined || options['retry-after'] === undefined, {
    error: '`retry-after` needs a `status` to be answered with',
    path: ['retry-after'],
  })

/** The route as the user wrote it. */
export const routeText = ({route: {method, path}}: HttpOptions): string => `${method} ${path}`.trim()

const contentType = (body: string): string => {
  try {
    JSON.parse(body)
    return 'application/json'
  } catch {
    return 'text/plain; charset=utf-8'
  }
}

/** The toxic's attributes, at a strength from 0 to 1. */
export const httpAttributes = (options: HttpOptions, level: number): Toxic['attributes'] => {
  const {route, share, status = 0, delay = 0, body = ''} = options
  return {
    status,
    delay,
    ...route,
    share: share * level,
    body,
    content_type: contentType(body),
    retry_after: (options['retry-after'] ?? 0) / 1000,
  }
}
