// What pacer and its peers say of a server that stalls.
import {latencyOf, sendLoad} from '../pacer.mjs'
import {stalledPeers} from '../stalled-peers.mjs'

const rate = 500
/** Steady load before what is measured, as the warm-up and the baseline of a plan are. */
const before = 3
const seconds = 3
const afterMs = 500
const stalledMs = 2000
const percentiles = [50, 90, 99, 99.9]

/** The value that so many percent of the sorted ones do not exceed. */
const at = (sorted, percentile) =>
  sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN

/** Arrivals every 2 ms; those that come while it lasts wait for its end, and the server takes no time at all. */
const stallAlone = ({fromMs, toMs}, dueMs) =>
  dueMs.map((due) => (due >= fromMs && due < toMs ? toMs - due : 0))

/** Percentiles of what the server itself saw: when it answered each request, from when that was due. */
const seenByServer = (log, dueMs, first) =>
  dueMs.map((due, index) => (log.get(first + index)?.answeredMs ?? Number.NaN) - due)

const sorted = (values) => values.toSorted((a, b) => a - b)
const percentilesOf = (values) => percentiles.map((percentile) => at(sorted(values), percentile))

const ours = async (server) => {
  let lasted
  const run = await sendLoad(server.url, {
    rate,
    seconds,
    skip: before,
    path: '/{{sequence}}',
    during: () => {
      lasted = server.stall(before * 1000 + afterMs, stalledMs)
    },
  })
  const {fromMs, toMs} = await lasted
  const log = await server.log()
  const total = rate * seconds
  const first = run.totals.due - total + 1
  const dueMs = Array.from({length: total}, (_, n) => run.startMs + before * 1000 + (n * 1000) / rate)
  const waited = [...log.values()].filter(({answeredMs}) => answeredMs >= toMs)
  return {
    latency: latencyOf(run.seconds),
    alone: percentilesOf(stallAlone({fromMs, toMs}, dueMs)),
    seen: percentilesOf(seenByServer(log, dueMs, first)),
    lastedMs: toMs - fromMs,
    acceptedForMs: Math.max(...waited.map(({acceptedMs}) => acceptedMs)) - toMs,
    answers: sorted(waited.map(({answeredMs}) => answeredMs - toMs)),
  }
}

const off = (value, truth) => (Math.abs(value - truth) / truth) * 100

export const stall = async ({server, options}) => {
  const {latency, alone, seen, lastedMs, acceptedForMs, answers} = await ours(server)
  const measured = percentiles.map(latency.ms)
  const peers = await stalledPeers({server, options, rate, seconds, stallAfterMs: afterMs, stalledMs})
  const total = rate * seconds
  const waiting = answers.slice(0, Math.round((rate * stalledMs) / 1000))
  return {
    title: `A server that stalls for 2 s: ${rate}/s for ${seconds} s, latency in ms`,
    columns: ['requests', ...percentiles.map((percentile) => `p${percentile}`)],
    rows: [
      ['truth by the stall alone', total, ...alone],
      ["truth by the server's own log", total, ...seen],
      ['pacer', latency.count, ...measured],
      ...peers.map(({name, requests, ms}) => [
        name,
        requests,
        ...percentiles.map((percentile) => ms[percentile] ?? Number.NaN),
      ]),
    ],
    notes: [
      `The stall lasted ${lastedMs.toFixed(1)} ms. After it the server let connections in for ${acceptedForMs.toFixed(1)} ms,`,
      `and needed ${at(waiting, 50).toFixed(1)} ms to answer half of those that waited, ${at(waiting, 100).toFixed(1)} ms for all.`,
    ],
    checks: percentiles.map((percentile, index) => ({
      name: `p${percentile} off what the server saw, % (off the stall alone: ${off(measured[index], alone[index]).toFixed(1)} %)`,
      value: off(measured[index], seen[index]),
      most: 5,
    })),
  }
}
