// What pacer carries over HTTP/2, and whether it keeps to the streams that a server allows.
import {healthOf, latencyOf} from '../pacer.mjs'
import {sendWatched} from '../window.mjs'
import {startHttp2Server} from '../witness.mjs'

const warmUp = 3

/** Streams needed at once are rate × delay: the second pair needs ten connections, the third the streams of five. */
const cases = [
  {rate: 2000, delayMs: 0, allowed: 100},
  {rate: 1000, delayMs: 100, allowed: 10},
  {rate: 2000, delayMs: 200, allowed: 100},
  {rate: 5000, delayMs: 0, allowed: 100},
  {rate: 10_000, delayMs: 0, allowed: 100},
]

const measure = async (options, {rate, delayMs, allowed}) => {
  const server = await startHttp2Server(0, delayMs, allowed)
  try {
    const {totals, seconds, carried} = await sendWatched(server, {
      rate,
      seconds: options.seconds,
      skip: warmUp,
      change: {connection: {http: 2}},
    })
    const {sessions, mostStreams} = await server.count()
    const lateMs = healthOf(seconds, ({latenessMs}) => latenessMs.p99)
    const latency = latencyOf(seconds)
    return {rate, delayMs, allowed, totals, carried, sessions, mostStreams, lateMs, latency}
  } finally {
    server.stop()
  }
}

export const http2 = async ({options}) => {
  const all = []
  for (const one of cases) all.push(await measure(options, one))
  return {
    title: 'Over HTTP/2, without TLS; a server in Node',
    columns: [
      'answers/s',
      'answers per CPU second',
      'connections',
      'streams at once',
      'allowed',
      'failed or skipped',
      'p50 ms',
      'p99 ms',
      'late p99 ms',
    ],
    rows: all.map(({rate, delayMs, allowed, totals, carried, sessions, mostStreams, lateMs, latency}) => [
      `${rate}/s, answered after ${delayMs} ms`,
      carried.perSecond,
      carried.perCpuSecond,
      sessions,
      mostStreams,
      allowed,
      totals.failed + totals.skipped,
      latency.ms(50),
      latency.ms(99),
      lateMs,
    ]),
    checks: [
      {
        name: 'streams at once as a share of what the server allows',
        value: Math.max(...all.map(({mostStreams, allowed}) => mostStreams / allowed)),
        most: 1,
      },
      {
        name: 'failed or skipped, of all',
        value: all.reduce((sum, {totals}) => sum + totals.failed + totals.skipped, 0),
        most: 0,
      },
      {
        name: 'connections beyond those that the streams need',
        value: Math.max(
          ...all.map(
            ({sessions, rate, delayMs, allowed}) => sessions - Math.ceil((rate * delayMs) / 1000 / allowed),
          ),
        ),
        most: 10,
      },
    ],
  }
}
