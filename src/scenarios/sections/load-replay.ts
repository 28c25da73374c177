import {z} from 'zod'
import {ReplayFile} from '../files/replay-log.js'
import type {LoadStream, ReplayEntry} from '../scenario.js'

/** A path as written, or the requests of the log in its place. */
const log = z
  .custom<string | ReplayFile>((value) => typeof value === 'string' || value instanceof ReplayFile, {
    error: 'expected the path of a log',
  })
  .meta({type: 'string'})
  .describe('Access log (common or combined format) or JSON lines, from the folder of the scenario.')

const details = z.strictObject({
  file: log,
  speed: z.number().positive().default(1).describe('How many times faster than the log.'),
  endpoint: z.string().exactOptional().describe('Endpoint of the target; its first by default.'),
})

/** A log whose requests are sent again, each at its time. */
export const replay = z
  .union([log, details], {error: 'expected the path of a log, or {file: access.log, speed: 2}'})
  .transform((value) =>
    typeof value === 'string' || value instanceof ReplayFile ? {file: value, speed: 1} : value,
  )

/** How many requests there are in each second from the start. */
const countsOf = (entries: readonly ReplayEntry[]): number[] => {
  const last = entries.at(-1)
  if (last === undefined) return []
  const counts = new Array<number>(Math.floor(last.atMs / 1000) + 1).fill(0)
  for (const {atMs} of entries) {
    const second = Math.floor(atMs / 1000)
    counts[second] = (counts[second] ?? 0) + 1
  }
  return counts
}

/** The stream that sends a log. */
export const replayStream = ({file, speed, endpoint}: z.output<typeof replay>): LoadStream => {
  // Still a path: see load-data.ts.
  const {path, entries: logged} = typeof file === 'string' ? {path: file, entries: []} : file
  const entries = logged.map((entry) => ({...entry, atMs: entry.atMs / speed}))
  return {
    name: 'replay',
    profile: {kind: 'replay', perSecond: countsOf(entries), speed},
    requests: [],
    replay: {path, speed, entries, ...(endpoint === undefined ? {} : {endpoint})},
  }
}
