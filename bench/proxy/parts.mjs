// What is measured. Rounds alternate between the proxies, so that a noisy moment of the machine hits none alone.
import {setTimeout as delay} from 'node:timers/promises'
import {wrk} from './closed-loop.mjs'
import {steady} from './open-loop.mjs'
import {cpuSeconds, fiveToxics, openProxy, residentMegabytes} from './servers.mjs'
import {bandwidthDuration, latencyDelays} from './timing.mjs'
import {download, openIdle} from './transfer.mjs'

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Of each figure the median of all rounds, or the best: what disturbs a machine only ever makes figures worse. */
const picks = {
  median: (_, values) => median(values),
  best: (key, values) => (key === 'perSecond' ? Math.max(...values) : Math.min(...values)),
}

/** Measures each route in turn, `rounds` times. `cpuSeconds` is what the route's server used meanwhile. */
const alternate = async (routes, {rounds, pick}, measure) => {
  const taken = routes.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, route] of routes.entries()) {
      const before = route.server ? cpuSeconds(route.server) : Number.NaN
      const figures = await measure(route)
      const used = route.server ? cpuSeconds(route.server) - before : Number.NaN
      taken[index].push({...figures, cpuPerUnit: used / figures.units})
    }
  }
  return routes.map((route, index) => {
    const keys = Object.keys(taken[index][0])
    const picked = keys.map((key) => [
      key,
      picks[pick](
        key,
        taken[index].map((figures) => figures[key]),
      ),
    ])
    return {...route, ...Object.fromEntries(picked)}
  })
}

/** The direct route, and one through each server without toxics and with five. */
const routesTo = async (port, servers, name) => {
  const routes = [{name: 'direct', port}]
  for (const [count, toxics] of [0, fiveToxics].entries())
    for (const server of servers) {
      const proxy = await openProxy(server, `${name}-${count}`, port, toxics || [])
      routes.push({
        name: `${server.name}, ${toxics ? 5 : 0} toxics`,
        server,
        port: proxy,
        toxics: toxics ? 5 : 0,
      })
    }
  return routes
}

/** Ours against theirs, at each number of toxics; nothing when theirs is not there. */
const compare = (routes, servers, ratios) =>
  servers.length < 2
    ? []
    : [0, 5].flatMap((count) => {
        const [ours, theirs] = servers.map((server) =>
          routes.find((route) => route.server === server && route.toxics === count),
        )
        return ratios(ours, theirs, routes[0]).map((check) => ({
          ...check,
          name: `${check.name}, ${count} toxics`,
        }))
      })

const atLeast = (name, value, bound) => ({name, value, bound: `≥ ${bound}`, met: value >= bound})
const atMost = (name, value, bound) => ({name, value, bound: `≤ ${bound}`, met: value <= bound})

const http = async ({servers, origin, options}) => {
  const {connections, seconds} = options
  const routes = await routesTo(origin.http, servers, 'http')
  for (const {port} of routes) await wrk(port, {connections, seconds: 2})
  const measured = await alternate(routes, options, async ({port}) => {
    const figures = await wrk(port, {connections, seconds})
    return {...figures, units: figures.perSecond * seconds}
  })
  return {
    title: `HTTP keep-alive, wrk, ${connections} connections, closed loop, 1 KiB answers`,
    columns: ['requests/s', 'p99 ms', 'added p99 ms', 'CPU µs per request'],
    rows: measured.map(({name, perSecond, p99Ms, cpuPerUnit}) => [
      name,
      perSecond,
      p99Ms,
      p99Ms - measured[0].p99Ms,
      cpuPerUnit * 1e6,
    ]),
    checks: compare(measured, servers, (ours, theirs, direct) => [
      atLeast('throughput of HTTP, ours : theirs', ours.perSecond / theirs.perSecond, 0.9),
      atMost(
        'added p99 at full load, ours : theirs',
        (ours.p99Ms - direct.p99Ms) / (theirs.p99Ms - direct.p99Ms),
        1.2,
      ),
    ]),
  }
}

const openLoop = async ({servers, origin, options}) => {
  const {rate: ratePerSecond, seconds} = options
  const routes = await routesTo(origin.http, servers, 'steady')
  for (const {port} of routes) await steady(port, {ratePerSecond, seconds: 1})
  const measured = await alternate(routes, options, ({port}) => steady(port, {ratePerSecond, seconds}))
  return {
    title: `HTTP keep-alive, ${ratePerSecond} requests/s, open loop, 1 KiB answers`,
    columns: ['p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms'],
    rows: measured.map(({name, p50Ms, p99Ms}) => [
      name,
      p50Ms,
      p99Ms,
      p50Ms - measured[0].p50Ms,
      p99Ms - measured[0].p99Ms,
    ]),
    checks: compare(measured, servers, (ours, theirs, direct) => [
      atMost(
        'added p99 at a steady rate, ours : theirs',
        (ours.p99Ms - direct.p99Ms) / (theirs.p99Ms - direct.p99Ms),
        1.2,
      ),
    ]),
  }
}

const bulk = async ({servers, origin, options}) => {
  const bytes = options.gigabytes * 1e9
  const routes = await routesTo(origin.bulk, servers, 'bulk')
  for (const {port} of routes) await download(port, Math.min(bytes, 2e8))
  const measured = await alternate(routes, options, async ({port}) => ({
    seconds: await download(port, bytes),
    units: options.gigabytes,
  }))
  return {
    title: `bulk transfer of ${options.gigabytes} GB, one connection`,
    columns: ['MB/s', 'CPU s per GB'],
    rows: measured.map(({name, seconds, cpuPerUnit}) => [name, bytes / 1e6 / seconds, cpuPerUnit]),
    checks: compare(measured, servers, (ours, theirs) => [
      atLeast('throughput of bulk, ours : theirs', theirs.seconds / ours.seconds, 0.9),
    ]),
  }
}

const idle = async ({servers, origin, options}) => {
  const rows = []
  const checks = []
  for (const server of servers) {
    const port = await openProxy(server, 'idle', origin.hold)
    const before = residentMegabytes(server)
    const close = await openIdle(port, options.idle)
    await delay(1000)
    const after = residentMegabytes(server)
    close()
    rows.push([server.name, before, after])
    if (server === servers[0])
      checks.push(atMost(`resident MB, ${options.idle} idle connections`, after, 100))
  }
  return {title: `${options.idle} idle connections`, columns: ['MB before', 'MB with them'], rows, checks}
}

const timing = async ({servers, options}) => {
  const rows = []
  const checks = []
  for (const server of servers) {
    const delays = await latencyDelays(server, options.chunks)
    const near = (delays.filter((ms) => Math.abs(ms - 100) <= 3).length / delays.length) * 100
    const durations = []
    for (let round = 0; round < 5; round++) durations.push(await bandwidthDuration(server, round))
    const furthest = Math.max(...durations.map((ms) => Math.abs(ms - 480)))
    const sorted = delays.toSorted((a, b) => a - b)
    rows.push([
      server.name,
      near,
      median(delays),
      sorted[Math.ceil(delays.length * 0.95) - 1],
      ...[Math.min(...durations), median(durations), Math.max(...durations)],
    ])
    if (server !== servers[0]) continue
    checks.push(atLeast('% of chunks within 3 ms of latency 100', near, 95))
    checks.push(atMost('bandwidth 1000, 480 KB: ms away from 480, worst of 5', furthest, 15))
  }
  const columns = ['% within 3 ms', 'latency 100 p50', 'p95', '480 KB min ms', 'median', 'max']
  return {title: `timing, ${options.chunks} chunks`, columns, rows, checks}
}

export const parts = {timing, idle, http, steady: openLoop, bulk}
