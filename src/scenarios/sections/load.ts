import {z} from 'zod'
import type {Load} from '../scenario.js'
import {positiveDuration} from '../units.js'
import {cluster} from './load-cluster.js'
import {connectionKeys, connectionOf} from './load-connection.js'
import {data} from './load-data.js'
import {replay, replayStream} from './load-replay.js'
import {script} from './load-script.js'
import {streamKeys, streamOf, streams} from './load-streams.js'

/** What is sent, and how fast. */
export const load = z
  .strictObject({
    engine: z
      .string()
      .exactOptional()
      .describe('What makes the load; `pacer` by default, and `k6` for a script or `on: kubernetes`.'),
    on: z
      .literal('kubernetes', {error: 'expected kubernetes, or nothing for the machine that runs this'})
      .exactOptional()
      .describe('Where the load is made: `kubernetes` for pods of a cluster; this machine by default.'),
    kubernetes: cluster,
    ...streamKeys,
    streams,
    replay: replay
      .exactOptional()
      .describe('A log whose requests are sent again, in place of profile and requests.'),
    script: script
      .exactOptional()
      .describe('A script of k6, in place of requests; a stream calls its function of the same name.'),
    data,
    timeout: positiveDuration
      .prefault('10s')
      .describe('A request without an answer after this long, from its intended send time, has timed out.'),
    'max-in-flight': z
      .int()
      .min(1)
      .default(1000)
      .describe('With this many requests unanswered, a send is skipped and counted as skipped.'),
    'metrics-port': z
      .int()
      .min(1)
      .max(65_535)
      .exactOptional()
      .describe(
        'Serves what the load sees as metrics at `http://127.0.0.1:PORT/metrics` while the run goes on; `run --metrics-port` comes first.',
      ),
    ...connectionKeys,
  })
  .transform(
    ({
      timeout,
      'max-in-flight': maxInFlight,
      'metrics-port': metricsPort,
      replay,
      streams = [],
      script,
      on,
      kubernetes,
      engine = script === undefined && on === undefined ? 'pacer' : 'k6',
      data,
      threads,
      ...rest
    }): Load => ({
      engine,
      data,
      // That there is one at all is checked in load-check.ts, which sees the whole of the load.
      streams: [
        ...streamOf('load', rest),
        ...streams.flatMap(({name, ...stream}) => streamOf(name, stream)),
        ...(replay === undefined ? [] : [replayStream(replay)]),
      ],
      timeoutMs: timeout,
      maxInFlight,
      ...(metricsPort !== undefined && {metricsPort}),
      ...(threads !== undefined && {threads}),
      ...(script !== undefined && {script}),
      ...(on !== undefined && {on}),
      ...(kubernetes !== undefined && {cluster: kubernetes}),
      ...connectionOf(rest),
    }),
  )
