// How well pacer keeps time, and what it costs: constant load against a trivial server in another process.
// Run `npm run build` first, then `node bench/load.mjs --rate 2000 --seconds 10`.
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:http'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

const serve = () => {
  const server = createServer((_request, response) => response.end('hello world'))
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())
}

/** Connections and compiled code come into being in the first seconds; a plan's warm-up phase covers them. */
const warmUpSeconds = 3

const planFor = (port, rate, seconds) => {
  const durationMs = (warmUpSeconds + seconds) * 1000
  const load = {
    engine: 'pacer',
    streams: [
      {
        name: 'load',
        profile: {kind: 'constant', ratePerSecond: rate},
        requests: [{name: 'hello', weight: 1, method: 'GET', path: '/', headers: {}}],
      },
    ],
    data: {},
    timeoutMs: 10_000,
    maxInFlight: 10_000,
  }
  return {
    scenario: {name: 'bench', load},
    target: {name: 'bench', endpoints: {server: `http://127.0.0.1:${port}`}, data: {}},
    seed: 1,
    rates: [{startMs: 0, endMs: durationMs, fromPerSecond: rate, toPerSecond: rate}],
    streams: [
      {name: 'load', rates: [{startMs: 0, endMs: durationMs, fromPerSecond: rate, toPerSecond: rate}]},
    ],
    durationMs,
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

const summarize = (all, lives, hdr, {rate, seconds}) => {
  const measured = all.slice(warmUpSeconds)
  // Answers by the clock on the wall, not by the second they were meant for.
  const achieved = lives.slice(warmUpSeconds, warmUpSeconds + seconds).map((live) => live.achievedPerSecond)
  const perSecond = median(achieved)
  const latency = hdr.build()
  let failed = 0
  for (const {requests} of measured) {
    const histogram = hdr.decodeFromCompressedBase64(requests.hello.histogram)
    failed += requests.hello.due - histogram.totalCount
    latency.add(histogram)
  }
  const health = (read) => measured.map(({health}) => read(health))
  return {
    'asked per second': rate,
    'achieved per second (median second)': perSecond,
    'rate error %': Number((((perSecond - rate) / rate) * 100).toFixed(3)),
    'achieved per second, least and most': `${Math.min(...achieved)}–${Math.max(...achieved)}`,
    'not answered': failed,
    'lateness p50 ms (median second)': median(health(({latenessMs}) => latenessMs.p50)),
    'lateness p99 ms (median second)': median(health(({latenessMs}) => latenessMs.p99)),
    'lateness max ms': Math.max(...health(({latenessMs}) => latenessMs.max)),
    'latency p50 ms': latency.getValueAtPercentile(50) / 1000,
    'latency p99 ms': latency.getValueAtPercentile(99) / 1000,
    'latency max ms': latency.maxValue / 1000,
    'engine CPU, share of a core': Number(median(health(({cpu}) => cpu)).toFixed(2)),
  }
}

const bench = async () => {
  const {values} = parseArgs({
    options: {rate: {type: 'string', default: '2000'}, seconds: {type: 'string', default: '10'}},
  })
  const asked = {rate: Number(values.rate), seconds: Number(values.seconds)}
  const {default: hdr} = await import('hdr-histogram-js')
  const {default: pacer} = await import('../dist/engines/pacer.js')
  const server = fork(fileURLToPath(import.meta.url), ['--serve'])
  const [port] = await once(server, 'message')
  const seconds = []
  const lives = []
  const load = await pacer.prepare(planFor(port, asked.rate, asked.seconds), {
    signal: new AbortController().signal,
    onSecond: (second) => seconds.push(second),
    onLive: (live) => lives.push(live),
  })
  try {
    await load.run(Date.now() + 200)
    console.table(summarize(seconds, lives, hdr, asked))
  } finally {
    await load.close()
    server.disconnect()
  }
}

await (process.argv.includes('--serve') ? serve() : bench())
