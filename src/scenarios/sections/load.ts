import {z} from 'zod'
import type {Load, Profile, RequestSpec} from '../scenario.js'
import {anyJson, byKey} from '../shapes.js'
import {duration, positiveDuration, positiveRate, rate} from '../units.js'

const profile = byKey('the profile', {
  constant: z
    .strictObject({constant: positiveRate.describe('The same rate all the time.')})
    .transform(({constant}): Profile => ({kind: 'constant', ratePerSecond: constant})),
  ramp: z
    .strictObject({
      ramp: z
        .strictObject({
          from: rate.describe('Rate at the first request.'),
          to: rate.describe('Rate at the end of the ramp, and from then on.'),
          over: positiveDuration.exactOptional().describe('Length of the ramp; the whole run by default.'),
        })
        .describe('From one rate to another in a straight line.'),
    })
    .transform(({ramp: {from, to, over}}): Profile => {
      const ramp = {kind: 'ramp', fromPerSecond: from, toPerSecond: to} as const
      return over === undefined ? ramp : {...ramp, durationMs: over}
    }),
  steps: z
    .strictObject({
      steps: z
        .array(
          z.strictObject({
            rate: rate.describe('Rate during the step.'),
            for: positiveDuration.describe('Length of the step.'),
          }),
        )
        .min(1)
        .describe('One rate after another; the last one holds until the end.'),
    })
    .transform(
      ({steps}): Profile => ({
        kind: 'steps',
        steps: steps.map((step) => ({ratePerSecond: step.rate, durationMs: step.for})),
      }),
    ),
  spike: z
    .strictObject({
      spike: z
        .strictObject({
          base: rate.describe('Rate outside the spike.'),
          peak: positiveRate.describe('Rate during the spike.'),
          at: duration.describe('Offset of the spike from the first request, warm-up included.'),
          for: positiveDuration.describe('Length of the spike.'),
        })
        .describe('A base rate with one sudden peak.'),
    })
    .transform(
      ({spike: {base, peak, at, for: durationMs}}): Profile => ({
        kind: 'spike',
        basePerSecond: base,
        peakPerSecond: peak,
        atMs: at,
        durationMs,
      }),
    ),
})

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

const request = byKey('a request', {
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

/** What is sent, and how fast. */
export const load = z
  .strictObject({
    engine: z.string().default('pacer').describe('What makes the load.'),
    profile: profile.describe('Offered load over the whole run.'),
    requests: z.array(request).min(1).describe('What is sent; each send draws one by weight.'),
    data: z
      .record(z.string(), z.array(anyJson).min(1))
      .default({})
      .describe('Lists that `{{pick NAME}}` draws from.'),
    timeout: positiveDuration
      .prefault('10s')
      .describe('A request without an answer after this long, from its intended send time, has timed out.'),
    'max-in-flight': z
      .int()
      .min(1)
      .default(1000)
      .describe('With this many requests unanswered, a send is skipped and counted as skipped.'),
  })
  .transform(
    ({timeout, 'max-in-flight': maxInFlight, profile, requests, ...rest}): Load => ({
      ...rest,
      streams: [{name: 'load', profile, requests}],
      timeoutMs: timeout,
      maxInFlight,
    }),
  )
