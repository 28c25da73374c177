// Whether memory stays flat.
import {mean, sendLoad} from '../pacer.mjs'

const mb = 1e6
/** Growth below this in ten minutes is no leak that a run could notice. */
const flatMb = 10
/** What collects garbage goes up and down over some seconds: those are one observation, not several. */
const together = 10

/** Slope of the least-squares line, per x, and its standard error. */
const lineThrough = (points) => {
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const square = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  const slope = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / square
  const rest = points.reduce((sum, [at, value]) => sum + (value - y - slope * (at - x)) ** 2, 0)
  return {slope, error: Math.sqrt(rest / Math.max(1, points.length - 2) / square)}
}

/** The lowest of each ten seconds: what is left after garbage was collected. */
const floors = (seen) => {
  const points = []
  for (let at = 0; at + together <= seen.length; at += together)
    points.push([at + together / 2, Math.min(...seen.slice(at, at + together).map(({resident}) => resident))])
  return points
}

const verdictOf = (growth, error) => {
  if (growth > flatMb && growth > 2 * error) return `GROWS by ${growth.toFixed(1)} MB`
  return error * 2 > flatMb ? 'flat as far as a run of this length can tell' : 'flat'
}

export const soak = async ({server, options}) => {
  const seen = []
  await sendLoad(server.url, {
    rate: options.soakRate,
    seconds: options.soak,
    keep: false,
    onSecond: () => {
      const {rss, heapUsed, external, arrayBuffers} = process.memoryUsage()
      seen.push({resident: rss / mb, heap: heapUsed / mb, external: (external + arrayBuffers) / mb})
    },
  })
  const every = Math.max(1, Math.round(seen.length / 20))
  const warmUp = Math.min(120, Math.floor(seen.length / 3))
  const {slope, error} = lineThrough(floors(seen.slice(warmUp)))
  const [growth, uncertain] = [slope * 600, error * 600]
  return {
    title: `Memory at ${options.soakRate}/s for ${options.soak} s`,
    columns: ['resident MB', 'heap of the main thread MB', 'external and buffers MB'],
    rows: seen.flatMap(({resident, heap, external}, index) =>
      (index + 1) % every === 0 ? [[`${index + 1} s`, resident, heap, external]] : [],
    ),
    notes: [
      `After ${warmUp} s: ${verdictOf(growth, uncertain)}; ${growth.toFixed(1)} MB in 10 min by a line through the lowest`,
      `of each ${together} s, with a standard error of ${uncertain.toFixed(1)} MB.`,
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
