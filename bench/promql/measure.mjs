// Asks each side in turn, so that a noisy moment of the machine hits none alone.
import {Agent, request} from 'node:http'
import {cpuSeconds} from '../proxy/servers.mjs'
import {otherQueries} from './data.mjs'

const agent = new Agent({keepAlive: true})

/** The whole answer to a GET, unpacked as none is asked for packed, and how long it took in ms. */
const get = (url) =>
  new Promise((resolve, reject) => {
    const start = performance.now()
    const call = request(url, {agent, timeout: 120_000}, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ms: performance.now() - start, text: Buffer.concat(chunks).toString()}),
      )
    })
    call.on('timeout', () => call.destroy(new Error(`${url}: no answer within 2 minutes`)))
    call.on('error', reject)
    call.end()
  })

const addressOf = (base, {expression, range, atMs}, extra = {}) => {
  const times = range
    ? {start: range.startMs / 1000, end: range.endMs / 1000, step: range.stepMs / 1000}
    : {time: atMs / 1000}
  const parameters = new URLSearchParams({query: expression, ...times, ...extra})
  return `${base}/api/v1/${range ? 'query_range' : 'query'}?${parameters}`
}

const ask = async (url) => {
  const {ms, text} = await get(url)
  const answer = JSON.parse(text)
  if (answer.status !== 'success') throw new Error(`${url}: ${text.slice(0, 500)}`)
  return {ms, data: answer.data}
}

const pointsOf = ({result}) =>
  new Map(
    result.flatMap(({metric, values, value}) =>
      (values ?? [value]).map(([time, text]) => [JSON.stringify([metric, time]), Number(text)]),
    ),
  )

/** Throws unless both say the same to 1e-9; a fast wrong answer is none. Returns how many points there are. */
const compared = (ours, theirs, expression) => {
  const [left, right] = [pointsOf(ours), pointsOf(theirs)]
  const isNear = (a, b) => Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
  const differs = left.size !== right.size || [...left].some(([key, value]) => !isNear(value, right.get(key)))
  if (left.size === 0 || differs) throw new Error(`${expression}: the answers are not the same, or empty`)
  return left.size
}

/** Lets all sides answer other queries, as ranges and at single moments. */
export const mixUp = async (queries, {evaluator, ours, theirs}) => {
  for (const times of queries.slice(0, 2)) {
    for (const expression of otherQueries) {
      const query = {...times, expression}
      await evaluator.evaluate(query)
      compared(
        (await ask(addressOf(ours.url, query))).data,
        (await ask(addressOf(theirs.url, query))).data,
        expression,
      )
    }
  }
}

const picks = {
  median: (values) => values.toSorted((a, b) => a - b)[values.length >> 1],
  best: (values) => Math.min(...values),
}

/** One round: our evaluator in its process beside what Prometheus says its own took (`evalTotalTime`), and both over HTTP. */
const askAll = async (query, {evaluator, ours, theirs}) => {
  const ourAlone = await evaluator.evaluate(query)
  const {data} = await ask(addressOf(theirs.url, query, {stats: 'all'}))
  const ourHttp = (await ask(addressOf(ours.url, query))).ms
  const theirHttp = (await ask(addressOf(theirs.url, query))).ms
  return {ourAlone, theirAlone: data.stats.timings.evalTotalTime * 1000, ourHttp, theirHttp}
}

/**
 * Milliseconds of each side, the median or best of all rounds, and how many points the answer has. `Cpu` is the processor
 * time that a server took for an answer, on average: what else runs on the machine does not count there.
 */
export const measure = async (query, sides, {rounds, warmUpMs, measureMs, pick}) => {
  const {ours, theirs} = sides
  const points = compared(
    (await ask(addressOf(ours.url, query))).data,
    (await ask(addressOf(theirs.url, query))).data,
    query.expression,
  )
  const warmMs = performance.now() + warmUpMs
  for (let round = 0; round < 3 || performance.now() < warmMs; round++) await askAll(query, sides)
  const [ourStart, theirStart] = [cpuSeconds(ours), cpuSeconds(theirs)]
  const taken = []
  const untilMs = performance.now() + measureMs
  while (taken.length < rounds || performance.now() < untilMs) taken.push(await askAll(query, sides))
  const picked = Object.keys(taken[0]).map((name) => [name, picks[pick](taken.map((one) => one[name]))])
  return {
    points,
    rounds: taken.length,
    ...Object.fromEntries(picked),
    ourCpu: ((cpuSeconds(ours) - ourStart) * 1000) / taken.length,
    // It is asked twice in a round.
    theirCpu: ((cpuSeconds(theirs) - theirStart) * 1000) / taken.length / 2,
  }
}
