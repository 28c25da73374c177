import {sleep} from 'k6'
import {SharedArray} from 'k6/data'
import exec from 'k6/execution'
import http from 'k6/http'
import {Counter} from 'k6/metrics'
import {seededRandom} from '../../system/random.js'
import {itemsOf} from '../pacer/items.js'
import {numberedRandom} from '../pacer/numbered-random.js'
import {type CompiledRequest, compileRequests} from '../pacer/requests.js'
import {provideBuffer, provideUrl} from './script/globals.js'
import {hold} from './script/hold.js'
import {
  arrivalMetric,
  inputFile,
  inputVariable,
  type ListedArrival,
  lateMs,
  numberKey,
  type ScriptInput,
  skippedMetric,
  summaryMark,
} from './script/messages.js'
import {createPushed, type Pushed} from './script/pushed.js'

/*
 * Runs inside k6, once for each of its virtual users, in place of a script of the user's: sends for each arrival what
 * pacer sends for it, by the same code.
 */

declare const __ENV: Record<string, string>
/** Number of the virtual user, from 1; 0 for the one that only runs setup. */
declare const __VU: number
declare const open: (path: string) => string

// Written by the engine that started this k6.
const input = JSON.parse(open(__ENV[inputVariable] ?? `./${inputFile}`)) as ScriptInput
const {plan, scenarios, users, urls, gateUrl, lists: listPaths, pushed} = input
provideUrl(urls)
provideBuffer()

// Rows that are taken in turn are shared by the users as they are by pacer's threads.
const requests = compileRequests(plan, {index: Math.max(0, __VU - 1), of: users})
const items = itemsOf(plan.scenario.load.streams)
const arrivals = new Counter(arrivalMetric)
const skips = new Counter(skippedMetric)
const lists = listPaths.map((path) =>
  path === null ? undefined : new SharedArray<ListedArrival>(path, () => JSON.parse(open(path))),
)
const pushing = createPushed(plan, pushed?.seconds)
const byName = new Map(requests.map((request) => [request.name, request]))

/** The same chance as pacer's: the number of an arrival says what it draws. */
const chanceOf = (purpose: string): ((n: number) => ReturnType<typeof seededRandom>) =>
  numberedRandom(
    seededRandom(plan.seed)
      .fork(purpose)
      .below(2 ** 32),
  )
const chances = plan.streams.map(({name}) => ({
  item: chanceOf(`pacer: which item of ${name}`),
  text: chanceOf(`pacer: templates of ${name}`),
}))

const asRecord = (headers: readonly string[]): Record<string, string> => {
  const record: Record<string, string> = {}
  for (let index = 0; index + 1 < headers.length; index += 2)
    record[headers[index] ?? ''] = headers[index + 1] ?? ''
  return record
}

const sendOne = (
  {name, origin, method, timeoutMs, write}: CompiledRequest,
  draw: Parameters<typeof write>[0],
  told: ReturnType<Pushed['arrival']> | undefined,
) => {
  const {path, headers, body} = write(draw)
  arrivals.add(1, {name, ...told?.tags})
  try {
    // A buffer is what `provideBuffer` makes of it.
    const {status} = http.request(method, origin + path, body as string | ArrayBuffer | null, {
      headers: asRecord(headers),
      tags: {name},
      timeout: `${timeoutMs}ms`,
      redirects: 0,
      responseType: 'none',
      // Else k6 writes a line to its log for each request that fails.
      throw: true,
    })
    told?.answered(name, status)
  } catch (cause) {
    // Its sample says why.
    told?.failed(name, cause)
  }
}

export const options = input.options

/** Holds the load back until all users are there and its time has come. */
export const setup = async (): Promise<void> => {
  if (pushed !== undefined) await hold(pushed.holdUrl)
  if (gateUrl === undefined) return
  const {status} = http.request('GET', gateUrl, null, {timeout: '24h', responseType: 'none'})
  if (status !== 200) throw new Error('nobody tells when to begin')
}

/** Waits until a listed arrival is due; false when that has long passed, as no user was free then. */
const isInTime = ({atMs}: ListedArrival): boolean => {
  const earlyMs = exec.scenario.startTime + atMs - Date.now()
  if (earlyMs > 0) sleep(earlyMs / 1000)
  return earlyMs >= -lateMs
}

/** One arrival. */
export const send = (): void => {
  const stream = scenarios.indexOf(exec.scenario.name)
  const n = exec.scenario.iterationInTest
  exec.vu.metrics.metadata[numberKey] = n
  const chance = chances[stream]
  if (chance === undefined) return
  const list = lists[stream]
  const listed = list?.[n]
  // One iteration is the least that k6 does, also for an empty list.
  if (list !== undefined && listed === undefined) return
  const entry = listed !== undefined && 'path' in listed ? listed : undefined
  const item = entry === undefined ? items[stream]?.(chance.item, n) : undefined
  const request = entry
    ? byName.get(entry.name)
    : item?.kind === 'request'
      ? requests[item.request]
      : undefined
  if (request === undefined) return
  const isLate = listed !== undefined && !isInTime(listed)
  const told = pushing?.arrival(stream, n, listed?.atMs)
  if (isLate) {
    skips.add(1, {name: request.name, ...told?.tags})
    return
  }
  const draw = {random: chance.text(n), sequence: n * items.length + stream + 1}
  sendOne(request, entry ? {...draw, entry} : draw, told)
}

/** Without it, k6 would print a summary of its own. */
export const handleSummary = ({metrics}: {metrics: object}): object =>
  pushed === undefined ? {} : {stdout: `\n${summaryMark}${JSON.stringify({metrics})}\n`}
