import {
  arrivalMetric,
  lateMs,
  loadTag,
  numberKey,
  pushedTags,
  skippedMetric,
  summaryMark,
} from './script/messages.js'

/** Where the parts of a wrapped script are. */
export interface Wrapping {
  /** What names the user's script in an import. */
  specifier: string
  /** Names of the plan's streams: each calls the function that the script exports by that name, else its default. */
  streams: readonly string[]
  /** Files with the arrivals of streams whose times are listed; null for others. */
  listPaths: readonly (string | null)[]
  /** A JSON file with our options. */
  optionsPath: string
  /** Where k6 leaves what it says at the end, `stdout` its log; where nobody asks, the script's own summary is made. */
  summaryPath?: string
  /** Answers when the load is to begin; absent where k6 itself is told to begin. */
  gateUrl?: string
  /** The module that holds k6 until it is told to begin at that address, where a Prometheus adds up the seconds. */
  held?: {module: string; url: string; seconds: number}
  /** A module that is loaded before the script. */
  before?: string
  /** A module that makes options of the script's thresholds, where nobody could ask for them before. */
  judged?: string
}

/** Options of a script that say how much load there is: the scenario says that. Others, such as TLS, stay in force. */
export const loadOptions = ['scenarios', 'stages', 'duration', 'iterations', 'vus', 'rps'] as const
/** Options that would split the load, or wait without one. */
const otherOptions = [
  'thresholds',
  'executionSegment',
  'executionSegmentSequence',
  'paused',
  'minIterationDuration',
]

/** What k6 calls for the stream with this index. */
export const execName = (stream: number): string => `shakedown_stream_${stream}`

/**
 * A module around a user's script: the script's own functions, our options and summary, a setup that waits for the
 * start, and a count for each arrival as it begins, because k6 tells nothing of an iteration that it cuts off.
 */
export const wrapperOf = ({
  specifier,
  streams,
  listPaths,
  optionsPath,
  summaryPath,
  gateUrl,
  before,
  judged,
  held,
}: Wrapping): string => {
  const text = (value: unknown): string => JSON.stringify(value)
  const user = text(specifier)
  return `${before === undefined ? '' : `import ${text(before)}\n`}import exec from 'k6/execution'
import http from 'k6/http'
import {Counter} from 'k6/metrics'
import {sleep} from 'k6'
import {SharedArray} from 'k6/data'
import * as user from ${user}
${judged === undefined ? '' : `import {judgedBy} from ${text(judged)}`}
${held === undefined ? '' : `import {hold} from ${text(held.module)}`}
export * from ${user}

const {${[...loadOptions, ...otherOptions].map((name) => `${name}: _${name}`).join(', ')}, ...kept} = user.options ?? {}
const tags = {...kept.tags, ${loadTag.key}: ${text(loadTag.load)}}
export const options = {...kept, tags, ...JSON.parse(open(${text(optionsPath)}))${judged === undefined ? '' : ', ...judgedBy(user.options).options'}}
${held === undefined ? '' : slimmed}
const arrivals = new Counter(${text(arrivalMetric)})

const skips = new Counter(${text(skippedMetric)})
const lists = ${text(listPaths)}.map((path) => path && new SharedArray(path, () => JSON.parse(open(path))))

const isInTime = (list) => {
  if (!list) return true
  const listed = list[exec.scenario.iterationInTest]
  if (!listed) return false
  const earlyMs = exec.scenario.startTime + listed.atMs - Date.now()
  if (earlyMs > 0) sleep(earlyMs / 1000)
  else if (earlyMs < -${lateMs}) {
    skips.add(1)
    return false
  }
  return true
}

const arrival = (name, list) => {
  const run = typeof user[name] === 'function' ? user[name] : user['default']
  if (typeof run !== 'function') throw new Error('it exports no default function, and none called "' + name + '"')
  return (data) => {
    exec.vu.metrics.metadata[${text(numberKey)}] = exec.scenario.iterationInTest
    ${held === undefined ? '' : secondOf(held.seconds)}
    if (!isInTime(list)) return
    arrivals.add(1)
    return run(${held === undefined ? 'data' : 'data.data'})
  }
}
${streams.map((name, index) => `export const ${execName(index)} = arrival(${text(name)}, lists[${index}])`).join('\n')}
${gateUrl === undefined ? '' : heldBy(text(gateUrl))}${held === undefined ? '' : toldAt(text(held.url))}${summaryPath === undefined ? '' : summaryTo(text(summaryPath), judged !== undefined)}`
}

/** A setup that does the script's own, and then waits. */
const heldBy = (gateUrl: string): string => `
const hold = (data) => {
  const {status} = http.request('GET', ${gateUrl}, null, {timeout: '24h', responseType: 'none', tags: {name: 'begin', ${loadTag.key}: ${JSON.stringify(loadTag.gate)}}})
  if (status !== 200) throw new Error('nobody tells when to begin')
  return data
}

export function setup() {
  const data = typeof user.setup === 'function' ? user.setup() : undefined
  return data && typeof data.then === 'function' ? data.then(hold) : hold(data)
}
`

/** What Go says of an error is a label of every series that is pushed, and may hold anything. */
const slimmed = `options.systemTags = options.systemTags.filter((tag) => tag !== 'error')
options.setupTimeout = '30m'
`

/** All that an iteration tells is of the second in which it began. */
const secondOf = (seconds: number): string =>
  `exec.vu.metrics.tags[${JSON.stringify(pushedTags.second)}] = String(Math.floor(Math.max(0, Date.now() - exec.scenario.startTime) / 1000) % ${seconds})`

/** A setup that waits, and does the script's own when it is told to. */
const toldAt = (url: string): string => `
export const setup = async () => await hold(${url}, user.setup)
export const teardown = ({first, data}) => (first && user.teardown ? user.teardown(data) : undefined)
`

const summaryTo = (path: string, judged: boolean): string => `
export function handleSummary({metrics}) {
  const said = JSON.stringify({metrics${judged ? ', asked: judgedBy(user.options).asked' : ''}})
  return {[${path}]: ${path === '"stdout"' ? `${JSON.stringify(`\n${summaryMark}`)} + said + '\\n'` : 'said'}}
}
`
