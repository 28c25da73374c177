// Runs pacer as built in dist/ against a server, in this process.
import hdr from 'hdr-histogram-js'

/** A plan of one request at a constant rate, and no more of a scenario than the engine reads. */
const planFor = (url, rate, durationMs, change) => {
  const rates = [{startMs: 0, endMs: durationMs, fromPerSecond: rate, toPerSecond: rate}]
  const request = {name: 'hello', weight: 1, method: 'GET', path: '/', headers: {}}
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

/** Sends at a rate; `during` is called before the first. Returns the seconds after the first `skip`, and live counts. */
export const sendLoad = async (
  url,
  {rate, seconds, skip = 0, change = {}, during = () => {}, onSecond = () => {}, keep = true},
) => {
  const {default: pacer} = await import('../../dist/engines/pacer.js')
  const all = []
  const lives = []
  const load = await pacer.prepare(planFor(url, rate, (skip + seconds) * 1000, change), {
    signal: new AbortController().signal,
    onSecond: (second) => {
      onSecond(second)
      if (keep) all.push(second)
    },
    onLive: (live) => lives.push(live),
  })
  try {
    during()
    const totals = await load.run(Date.now() + 200)
    return {totals, seconds: all.slice(skip), lives: lives.slice(skip, skip + seconds)}
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
