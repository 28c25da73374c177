// Whether memory stays flat.
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {mean, sendLoad} from '../pacer.mjs'

const mb = 1e6
/** Growth below this in ten minutes is no leak that a run could notice. */
const flatMb = 10
/** Every so many seconds the garbage of the main thread is collected: it makes so little that it lies about for minutes. */
const collectEvery = 10

const collector = () => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

/** Slope of the least-squares line, per x, and its standard error. */
const lineThrough = (points) => {
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const square = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  const slope = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / square
  const rest = points.reduce((sum, [at, value]) => sum + (value - y - slope * (at - x)) ** 2, 0)
  return {slope, error: Math.sqrt(rest / Math.max(1, points.length - 2) / square)}
}

/** A line through less than this cannot tell a step from a slope. */
const tellingSeconds = 300

const verdictOf = (growth, error, seconds) => {
  if (seconds < tellingSeconds) return 'too short to tell'
  if (growth > flatMb && growth > 2 * error) return `GROWS by ${growth.toFixed(1)} MB`
  return error * 2 > flatMb ? 'flat as far as a run of this length can tell' : 'flat'
}

export const soak = async ({server, options}) => {
  const collect = collector()
  const seen = []
  const floors = []
  await sendLoad(server.url, {
    rate: options.soakRate,
    seconds: options.soak,
    keep: false,
    onSecond: ({health}) => {
      const {rss, heapUsed, external, arrayBuffers} = process.memoryUsage()
      const threads = health.heapMb ?? Number.NaN
      seen.push({resident: rss / mb, heap: heapUsed / mb, threads, external: (external + arrayBuffers) / mb})
      if (seen.length % collectEvery > 0) return
      collect()
      floors.push([seen.length, process.memoryUsage.rss() / mb])
    },
  })
  const every = Math.max(1, Math.round(seen.length / 20))
  const warmUp = Math.min(120, Math.floor(seen.length / 3))
  const {slope, error} = lineThrough(floors.filter(([second]) => second > warmUp))
  const [growth, uncertain] = [slope * 600, error * 600]
  return {
    title: `Memory at ${options.soakRate}/s for ${options.soak} s`,
    columns: [
      'resident MB',
      'heap of the main thread MB',
      'heaps of the sending threads MB',
      'external and buffers MB',
    ],
    rows: seen.flatMap(({resident, heap, threads, external}, index) =>
      (index + 1) % every === 0 ? [[`${index + 1} s`, resident, heap, threads, external]] : [],
    ),
    notes: [
      `After ${warmUp} s: ${verdictOf(growth, uncertain, seen.length - warmUp)}; ${growth.toFixed(1)} MB in 10 min by a line through what is`,
      `resident once the main thread has collected its garbage, each ${collectEvery} s; its standard error is ${uncertain.toFixed(1)} MB.`,
    ],
    checks: [
      {
        name: 'growth in 10 min beyond twice its standard error, MB',
        value: growth - 2 * uncertain,
        most: flatMb,
      },
    ],
  }
}
