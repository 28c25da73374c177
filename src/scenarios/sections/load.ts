import {z} from 'zod'
import type {Load} from '../scenario.js'
import {anyJson} from '../shapes.js'
import {positiveDuration} from '../units.js'
import {profile} from './load-profile.js'
import {request} from './load-requests.js'

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
