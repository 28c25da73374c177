// The other generators, where they are installed: how much each carries, and what each says of a stall.
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {runPinned, succeeds} from './machine.mjs'

const autocannonPath = fileURLToPath(new URL('../../node_modules/autocannon/autocannon.js', import.meta.url))
const connections = 50

const has = {
  wrk: () => succeeds('which', 'wrk'),
  hey: () => succeeds('which', 'hey'),
  autocannon: () => existsSync(autocannonPath),
  k6: ({k6}) => k6 !== '' && succeeds(k6, 'version'),
}

const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? Number.NaN)

/** `1.50s`, `12.3ms` or `950us` as ms. */
const milliseconds = (text) => {
  const [, value, unit] = /^([\d.]+)(us|µs|ms|s|m)$/.exec(text) ?? []
  return Number(value) * {us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000}[unit]
}

const k6Script = (url, scenario) => `import http from 'k6/http'
export const options = {
  scenarios: {main: ${JSON.stringify(scenario)}},
  summaryTrendStats: ['p(50)', 'p(90)', 'p(99)', 'p(99.9)', 'count'],
  discardResponseBodies: true,
}
export default () => http.get('${url}')
export const handleSummary = (data) => ({[__ENV.SUMMARY]: JSON.stringify(data)})
`

const runK6 = async (core, options, url, scenario, limitMs) => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-bench-'))
  try {
    const [script, summary] = [join(folder, 'script.js'), join(folder, 'summary.json')]
    writeFileSync(script, k6Script(url, scenario))
    const flags = ['--quiet', '--no-usage-report', '-e', `SUMMARY=${summary}`]
    const run = await runPinned(core, [options.k6, 'run', ...flags, script], limitMs)
    const {metrics} = JSON.parse(readFileSync(summary, 'utf8'))
    return {...run, metrics}
  } finally {
    rmSync(folder, {recursive: true})
  }
}

const closedLoop = {
  wrk: async ({url, core, seconds}) => {
    const run = await runPinned(
      core,
      ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, url],
      60_000 + seconds * 1000,
    )
    return {...run, perSecond: number(run.output, /Requests\/sec:\s+([\d.]+)/)}
  },
  hey: async ({url, core, seconds}) => {
    const command = ['hey', '-cpus', '1', '-c', String(connections), '-z', `${seconds}s`, url]
    const run = await runPinned(core, command, 60_000 + seconds * 1000)
    return {...run, perSecond: number(run.output, /Requests\/sec:\s+([\d.]+)/)}
  },
  autocannon: async ({url, core, seconds}) => {
    const command = [
      process.execPath,
      autocannonPath,
      '-j',
      '-c',
      String(connections),
      '-d',
      String(seconds),
      url,
    ]
    const run = await runPinned(core, command, 60_000 + seconds * 1000)
    return {...run, perSecond: number(run.output, /"requests":\{"average":([\d.]+)/)}
  },
  k6: async ({url, core, seconds, options}) => {
    const scenario = {executor: 'constant-vus', vus: connections, duration: `${seconds}s`}
    const run = await runK6(core, options, url, scenario, 60_000 + seconds * 1000)
    return {...run, perSecond: run.metrics.http_reqs.values.rate}
  },
}

/** What each carries on one core, as fast as it can. */
export const closedLoopPeers = async ({server, options}) => {
  const found = []
  for (const [name, run] of Object.entries(closedLoop)) {
    if (!has[name](options)) continue
    const {seconds} = options
    const {perSecond, cpuSeconds} = await run({url: server.url, core: options.core, seconds, options})
    found.push({name, perSecond, perCpuSecond: (perSecond * seconds) / cpuSeconds})
  }
  return found
}

const stalled = {
  wrk: async ({url, core, seconds}) => {
    const command = ['wrk', '-t1', '-c50', `-d${seconds}s`, '--timeout', '10s', '--latency', url]
    const {output} = await runPinned(core, command, 60_000)
    const at = (percentile) =>
      milliseconds(new RegExp(`^\\s+${percentile}%\\s+(\\S+)`, 'm').exec(output)?.[1] ?? '')
    return {
      name: 'wrk (no rate)',
      requests: number(output, /(\d+) requests in/),
      ms: {50: at(50), 90: at(90), 99: at(99)},
    }
  },
  hey: async ({url, core, rate, seconds}) => {
    const workers = 50
    const command = [
      'hey',
      '-cpus',
      '1',
      '-c',
      String(workers),
      '-q',
      String(rate / workers),
      '-z',
      `${seconds}s`,
      url,
    ]
    const {output} = await runPinned(core, command, 60_000)
    const at = (percentile) => number(output, new RegExp(`${percentile}%+ in ([\\d.]+) secs`)) * 1000
    return {
      name: 'hey',
      requests: number(output, /\[200\]\s+(\d+) responses/),
      ms: {50: at(50), 90: at(90), 99: at(99)},
    }
  },
  autocannon: async ({url, core, rate, seconds}) => {
    const command = [
      process.execPath,
      autocannonPath,
      '-j',
      '-c',
      '50',
      '-R',
      String(rate),
      '-d',
      String(seconds),
      url,
    ]
    const {output} = await runPinned(core, command, 60_000)
    const {latency, requests} = JSON.parse(/^\{.*\}$/m.exec(output)?.[0] ?? '{}')
    const ms = {50: latency.p50, 90: latency.p90, 99: latency.p99, 99.9: latency.p99_9}
    return {name: 'autocannon', requests: requests.total, ms}
  },
  k6: async ({url, core, rate, seconds, options}) => {
    const scenario = {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: `${seconds}s`,
      preAllocatedVUs: rate * seconds,
    }
    const {metrics} = await runK6(core, options, url, scenario, 60_000)
    const {values} = metrics.http_req_duration
    const ms = Object.fromEntries(
      [50, 90, 99, 99.9].map((percentile) => [percentile, values[`p(${percentile})`]]),
    )
    return {name: 'k6', requests: values.count, ms}
  },
}

/** What each says of a stall: by its own clock and its own way to count. */
export const stalledPeers = async ({server, options, rate, seconds, stallAfterMs, stalledMs}) => {
  const found = []
  for (const [name, run] of Object.entries(stalled)) {
    if (!has[name](options)) continue
    server.stall(stallAfterMs, stalledMs)
    found.push(await run({url: server.url, core: options.core, rate, seconds, options}))
  }
  return found
}
