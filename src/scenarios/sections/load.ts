import {z} from 'zod'
import type {Load} from '../scenario.js'
import {positiveDuration} from '../units.js'
import {data} from './load-data.js'
import {flow} from './load-flows.js'
import {profile} from './load-profile.js'
import {replay, replayStream} from './load-replay.js'
import {request} from './load-requests.js'

/** What is sent, and how fast. */
export const load = z
  .strictObject({
    engine: z.string().default('pacer').describe('What makes the load.'),
    profile: profile.exactOptional().describe('Offered load over the whole run.'),
    requests: z
      .array(request)
      .min(1)
      .exactOptional()
      .describe('What is sent; each arrival draws one of them, or a flow, by weight.'),
    flows: z
      .array(flow)
      .min(1)
      .exactOptional()
      .describe('Several requests one after another, as one user sends them; each arrival starts one.'),
    replay: replay
      .exactOptional()
      .describe('A log whose requests are sent again, in place of profile and requests.'),
    data,
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
    ({timeout, 'max-in-flight': maxInFlight, profile, requests, flows, replay, ...rest}): Load => ({
      ...rest,
      // That there is one at all is checked in load-check.ts, which sees the whole of the load.
      streams: [
        ...(profile === undefined
          ? []
          : [{name: 'load', profile, requests: requests ?? [], ...(flows === undefined ? {} : {flows})}]),
        ...(replay === undefined ? [] : [replayStream(replay)]),
      ],
      timeoutMs: timeout,
      maxInFlight,
    }),
  )
