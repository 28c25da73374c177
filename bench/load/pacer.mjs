// Runs pacer as built in dist/ against a server, in this process.
import {performance} from 'node:perf_hooks'
import hdr from 'hdr-histogram-js'
import {monotonicMs} from './witness.mjs'

/** Connections and compiled code come into being in the first seconds: the rate rises, as the warm-up of a plan does. */
const rising = (rate, seconds) =>
  seconds > 0 ? [{startMs: 0, endMs: seconds * 1000, fromPerSecond: rate / 20, toPerSecond: rate}] : []

/** A plan of one request, and no more of a scenario than the engine reads. */
const planFor = (url, {rate, seconds, skip, path, change}) => {
  const durationMs = (skip + seconds) * 1000
  const steady = {startMs: skip * 1000, endMs: durationMs, fromPerSecond: rate, toPerSecond: rate}
  const rates = [...rising(rate, skip), steady]
  const request = {name: 'hello', weight: 1, method: 'GET', path, headers: {}}
  const profile = {kind: 'constant', ratePerSecond: rate}
  const load = {
    engine: 'pacer',
    streams: [{name: 'load', profile, requests: [request]}],
    data: {},
    timeoutMs: 10_000,
    maxInFlight: 10_000,
    ...change,
  }
  return {
    scenario: {name: 'bench', load},
    target: {name: 'bench', endpoints: {server: url}, data: {}},
    seed: 1,
    rates,
    streams: [{name: 'load', rates}],
    durationMs,
  }
}

/**
 * Sends at a rate, after `skip` seconds in which it rises to it; `during` is called before the first. Returns the seconds
 * at that rate, and when the load began by the clock that all processes share.
 */
export const sendLoad = async (
  url,
  {rate, seconds, skip = 0, path = '/', change = {}, during = () => {}, onSecond = () => {}, keep = true},
) => {
  const {default: pacer} = await import('../../dist/engines/pacer.js')
  const all = []
  const lives = []
  const load = await pacer.prepare(planFor(url, {rate, seconds, skip, path, change}), {
    signal: new AbortController().signal,
    onSecond: (second) => {
      onSecond(second)
      if (keep) all.push(second)
    },
    onLive: (live) => {
      if (keep) lives.push(live)
    },
  })
  try {
    during()
    const untilMs = 200
    const startMs = monotonicMs() + untilMs
    const totals = await load.run(performance.timeOrigin + performance.now() + untilMs)
    return {totals, startMs, seconds: all.slice(skip), lives: lives.slice(skip, skip + seconds)}
  } finally {
    await load.close()
  }
}

/** Latencies of all seconds together, in ms; a request without an answer is none of them. */
export const latencyOf = (seconds) => {
  const sum = hdr.build()
  for (const {requests} of seconds) sum.add(hdr.decodeFromCompressedBase64(requests.hello.histogram))
  return {count: sum.totalCount, ms: (percentile) => sum.getValueAtPercentile(percentile) / 1000}
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** A generator in words, and how one second of its health reads: the median one. */
export const healthOf = (seconds, read) => median(seconds.map(({health}) => read(health)))
