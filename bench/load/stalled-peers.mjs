// What each peer says of a stall: by its own clock and its own way to count.
import {startPinned} from './machine.mjs'
import {autocannonCommand, has, k6Versions, startK6} from './peers.mjs'

const limitMs = 60_000
const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? Number.NaN)

/** `1.50s`, `12.3ms` or `950us` as ms. */
const milliseconds = (text) => {
  const [, value, unit] = /^([\d.]+)(us|µs|ms|s|m)$/.exec(text) ?? []
  return Number(value) * {us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000}[unit]
}

const wrk = async ({url, core, seconds}) => {
  const command = ['wrk', '-t1', '-c50', `-d${seconds}s`, '--timeout', '10s', '--latency', url]
  const output = await startPinned(core, command, limitMs).output
  const at = (percentile) =>
    milliseconds(new RegExp(`^\\s+${percentile}%\\s+(\\S+)`, 'm').exec(output)?.[1] ?? '')
  const requests = number(output, /(\d+) requests in/)
  return {name: 'wrk (no rate)', requests, ms: {50: at(50), 90: at(90), 99: at(99)}}
}

const hey = async ({url, core, rate, seconds}) => {
  const workers = 50
  const limits = ['-cpus', '1', '-c', String(workers), '-q', String(rate / workers), '-z', `${seconds}s`]
  const output = await startPinned(core, ['hey', ...limits, url], limitMs).output
  const at = (percentile) => number(output, new RegExp(`${percentile}%+ in ([\\d.]+) secs`)) * 1000
  const requests = number(output, /\[200\]\s+(\d+) responses/)
  return {name: 'hey', requests, ms: {50: at(50), 90: at(90), 99: at(99)}}
}

const autocannon = async ({url, core, rate, seconds}) => {
  const command = [...autocannonCommand, '-c', '50', '-R', String(rate), '-d', String(seconds), url]
  const output = await startPinned(core, command, limitMs).output
  const {latency = {}, requests = {}} = JSON.parse(/^\{.*\}$/m.exec(output)?.[0] ?? '{}')
  const ms = {50: latency.p50, 90: latency.p90, 99: latency.p99, 99.9: latency.p99_9}
  return {name: 'autocannon', requests: requests.total ?? Number.NaN, ms}
}

const k6 =
  ({name, path}) =>
  async ({url, core, rate, seconds}) => {
    const scenario = {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: `${seconds}s`,
      preAllocatedVUs: rate * seconds,
    }
    const metrics = await startK6(core, path, url, scenario, limitMs).metrics
    const values = metrics?.http_req_duration.values ?? {}
    const ms = Object.fromEntries([50, 90, 99, 99.9].map((one) => [one, values[`p(${one})`]]))
    return {name, requests: values.count ?? Number.NaN, ms}
  }

/** Each of those that are here, against a stall of its own. */
export const stalledPeers = async ({server, options, stallAfterMs, stalledMs, ...shape}) => {
  const here = [
    ...Object.entries({wrk, hey, autocannon}).flatMap(([name, run]) => (has[name]() ? [run] : [])),
    ...k6Versions(options).map(k6),
  ]
  const found = []
  for (const run of here) {
    const stalled = server.stall(stallAfterMs, stalledMs)
    found.push(await run({url: server.url, core: options.core, ...shape}))
    await stalled
  }
  return found
}
