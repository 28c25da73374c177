// What is measured; each part returns a table and what must hold.
import {latencyOf, mean, median, sendLoad} from './pacer.mjs'
import {closedLoopPeers, stalledPeers} from './peers.mjs'

/** Connections and compiled code come into being in the first seconds; the warm-up phase of a plan covers them. */
const warmUp = 3

const healthOf = (seconds, read) => median(seconds.map(({health}) => read(health)))

const rates = async ({server, options}) => {
  const rows = []
  const checks = []
  for (const rate of options.rates) {
    const run = await sendLoad(server.url, {rate, seconds: options.seconds, skip: warmUp})
    // By the clock on the wall: an answer that comes late counts for a later second.
    const achieved = median(run.lives.map(({achievedPerSecond}) => achievedPerSecond))
    const error = (Math.abs(achieved - rate) / rate) * 100
    const [p50, p99] = [
      healthOf(run.seconds, ({latenessMs}) => latenessMs.p50),
      healthOf(run.seconds, ({latenessMs}) => latenessMs.p99),
    ]
    const latency = latencyOf(run.seconds)
    const cpu = healthOf(run.seconds, ({cpu}) => cpu)
    const machine = healthOf(run.seconds, ({machineCpu = Number.NaN}) => machineCpu)
    const gc = healthOf(run.seconds, ({gcMs = 0}) => gcMs)
    rows.push([`${rate}/s`, achieved, error, p50, p99, latency.ms(50), latency.ms(99), cpu, gc, machine])
    if (rate <= 10_000) checks.push({name: `rate error at ${rate}/s, %`, value: error, most: 0.05})
    if (rate === 5000) {
      checks.push({name: 'median lateness at 5000/s, ms', value: p50, most: 1})
      checks.push({name: 'p99 lateness at 5000/s (median second), ms', value: p99, most: 3})
    }
  }
  const columns = [
    'answered/s (median second)',
    'error %',
    'late p50 ms',
    'late p99 ms',
    'p50 ms',
    'p99 ms',
    'CPU',
    'GC ms/s',
    'machine',
  ]
  return {title: 'Achieved against asked', columns, rows, checks}
}

/** A thousand requests wait for the end of the stall. The truth knows nothing of the time that the server takes to answer them. */
const stallRate = 500
const stallSeconds = 3
const stallAfterMs = 500
const stalledMs = 2000
const percentiles = [50, 90, 99, 99.9]

/** Of 3 s of load, two thirds wait for the end of the stall: 2000, … 0 ms, evenly. `lastedMs`: by the clock. */
const truthOf = (lastedMs) => (percentile) => lastedMs - (1 - percentile / 100) * stallSeconds * 1000

const stall = async ({server, options}) => {
  await sendLoad(server.url, {rate: stallRate, seconds: warmUp})
  let lasted
  const {seconds} = await sendLoad(server.url, {
    rate: stallRate,
    seconds: stallSeconds,
    during: () => {
      lasted = server.stall(stallAfterMs, stalledMs)
    },
  })
  const truthMs = truthOf(await lasted)
  const ours = latencyOf(seconds)
  const shape = {rate: stallRate, seconds: stallSeconds, stallAfterMs, stalledMs}
  const peers = await stalledPeers({server, options, ...shape})
  const row = (name, requests, ms) => [name, requests, ...percentiles.map(ms)]
  const rows = [
    row('truth', stallRate * stallSeconds, truthMs),
    row('pacer', ours.count, ours.ms),
    ...peers.map(({name, requests, ms}) => row(name, requests, (percentile) => ms[percentile] ?? Number.NaN)),
  ]
  const checks = percentiles.map((percentile) => ({
    name: `p${percentile} off the truth, %`,
    value: (Math.abs(ours.ms(percentile) - truthMs(percentile)) / truthMs(percentile)) * 100,
    most: 5,
  }))
  const title = `A server that stalls for 2 s, ${stallRate}/s for ${stallSeconds} s: latency in ms`
  return {title, columns: ['requests', ...percentiles.map((percentile) => `p${percentile}`)], rows, checks}
}

/** Sustained: all were sent, on time by the verdict's own limit, and answered. */
const isSustained = (rate, {seconds, lives}) => {
  const achieved = mean(lives.map(({achievedPerSecond}) => achievedPerSecond))
  const late = seconds.filter(({health}) => health.latenessMs.p99 > 50).length
  return achieved > 0.99 * rate && late <= 0.1 * seconds.length
}

/** The highest rate, in steps of a twentieth, that is sustained; a failure is tried once again. */
const highestRate = async (url, options) => {
  let best = {rate: 0, perCpuSecond: 0}
  for (let rate = options.from; ; rate = Math.round(rate * 1.05)) {
    for (let attempt = 0; attempt < 2; attempt++) {
      const run = await sendLoad(url, {rate, seconds: options.seconds, skip: warmUp})
      const perCpuSecond =
        mean(run.lives.map(({achievedPerSecond}) => achievedPerSecond)) /
        mean(run.seconds.map(({health}) => health.processCpu))
      best = {rate: best.rate, perCpuSecond: Math.max(best.perCpuSecond, perCpuSecond)}
      if (isSustained(rate, run)) {
        best = {...best, rate}
        break
      }
      if (attempt === 1) return best
    }
  }
}

const maximum = async ({server, options}) => {
  const ours = await highestRate(server.url, options)
  const peers = await closedLoopPeers({server, options})
  const rows = [
    ['pacer (open loop)', ours.rate, ours.perCpuSecond],
    ...peers.map(({name, perSecond, perCpuSecond}) => [name, perSecond, perCpuSecond]),
  ]
  const against = [
    ['wrk', 0.45],
    ['k6', 3],
  ].flatMap(([name, factor]) => {
    const peer = peers.find((one) => one.name.startsWith(name))
    if (peer === undefined) return []
    return [
      {name: `rate as a multiple of ${peer.name}`, value: ours.rate / peer.perSecond, least: factor},
      {
        name: `per CPU second as a multiple of ${peer.name}`,
        value: ours.perCpuSecond / peer.perCpuSecond,
        least: factor,
      },
    ]
  })
  return {title: 'Maximum on one core', columns: ['requests/s', 'per CPU second'], rows, checks: against}
}

/** Memory of the whole process, every tenth of the time. */
const soak = async ({server, options}) => {
  const rows = []
  const every = Math.max(1, Math.round(options.soak / 10))
  let second = 0
  const seen = []
  await sendLoad(server.url, {
    rate: options.soakRate,
    seconds: options.soak,
    keep: false,
    onSecond: () => {
      second++
      const mb = process.memoryUsage.rss() / 1e6
      seen.push(mb)
      if (second % every === 0) rows.push([`${second} s`, mb, process.memoryUsage().heapUsed / 1e6])
    },
  })
  const part = (from, to) => mean(seen.slice(Math.floor(from * seen.length), Math.ceil(to * seen.length)))
  const growth = (part(0.8, 1) / part(0.3, 0.5) - 1) * 100
  const checks = [{name: 'growth of memory from the middle to the end, %', value: growth, most: 10}]
  return {
    title: `Memory at ${options.soakRate}/s`,
    columns: ['resident MB', 'heap of the main thread MB'],
    rows,
    checks,
  }
}

export const parts = {rates, stall, maximum, soak}
