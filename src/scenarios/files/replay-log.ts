import type {ReplayEntry} from '../scenario.js'
import {parseAccessLine} from './access-log.js'
import type {FileProblem} from './file-problem.js'
import {lineProblem, parseJsonLine} from './json-lines.js'
import type {LoggedRequest} from './logged-request.js'
import {nameEntries} from './replay-names.js'

/** The requests of a log, in the place of its path. A class, so that nothing written in YAML passes for it. */
export class ReplayFile {
  /** As written in the scenario. */
  readonly path: string
  readonly entries: ReplayEntry[]

  constructor(path: string, entries: ReplayEntry[]) {
    this.path = path
    this.entries = entries
  }
}

/** A log, read. */
export interface ReplayLog {
  /** In the order of their times, the first at 0, at the log's own speed. */
  entries: ReplayEntry[]
  /** Lines that hold no request that can be sent again. */
  skipped: number
  /** Requests whose method usually has a body that the log does not hold. */
  bodiless: number
}

/** Lines that are neither are told one by one up to this many; then the file is another thing altogether. */
const mostProblems = 3

const readLines = (text: string) => {
  const requests: LoggedRequest[] = []
  const problems: FileProblem[] = []
  let skipped = 0
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const read = line.startsWith('{') ? parseJsonLine(line) : parseAccessLine(line)
    if (read === 'skipped') skipped++
    else if ('problem' in read) problems.push(lineProblem(index + 1, read))
    else requests.push(read)
    if (problems.length === mostProblems) break
  }
  return {requests, problems, skipped}
}

/** Those known by their second only are spread evenly over it: sent at its start, they would come as one burst. */
const spread = (requests: readonly LoggedRequest[]): LoggedRequest[] => {
  const sorted = requests.toSorted((a, b) => a.atMs - b.atMs)
  const inSecond = new Map<number, number>()
  for (const {atMs, exact} of sorted) if (!exact) inSecond.set(atMs, (inSecond.get(atMs) ?? 0) + 1)
  const placed = new Map<number, number>()
  return sorted
    .map((request) => {
      const {atMs, exact} = request
      if (exact) return request
      const before = placed.get(atMs) ?? 0
      placed.set(atMs, before + 1)
      return {...request, atMs: atMs + (before * 1000) / (inSecond.get(atMs) ?? 1)}
    })
    .toSorted((a, b) => a.atMs - b.atMs)
}

/** Reads an access log (common or combined format) or JSON lines with offsets; the two may be mixed. */
export const readReplayLog = (text: string): ReplayLog | {problems: FileProblem[]} => {
  const {requests, problems, skipped} = readLines(text)
  if (problems.length > 0) return {problems}
  if (requests.length === 0) return {problems: [{line: 1, column: 1, message: 'holds no request'}]}
  const sorted = spread(requests)
  // Offsets count from the start of the run; a clock's times from the first of them.
  const isLog = requests.some(({exact}) => !exact) || (sorted[0]?.atMs ?? 0) > 1e11
  const startMs = isLog ? (sorted[0]?.atMs ?? 0) : 0
  const named = nameEntries(sorted)
  const entries = sorted.map(({exact: _, atMs, ...request}, index) => ({
    ...request,
    atMs: atMs - startMs,
    name: named[index] ?? request.method,
  }))
  const bodiless = entries.filter(({method, body}) => /^(POST|PUT|PATCH)$/.test(method) && body === undefined)
  return {entries, skipped, bodiless: bodiless.length}
}
