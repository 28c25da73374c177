// How well a search for a capacity finds one that is known, by simulation: node bench/capacity.mjs [--searches 50]
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {rolldown} from 'rolldown'
import {trialLoss, trueCapacity} from './capacity/queue.mjs'

/** The code under test, as it stands in src/. */
const load = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-capacity-'))
  try {
    const parts = [
      'capacity/search.ts',
      'capacity/search-options.ts',
      'capacity/finding.ts',
      'system/random.ts',
    ]
    const input = Object.fromEntries(
      parts.map((part, at) => [`part${at}`, fileURLToPath(new URL(`../src/${part}`, import.meta.url))]),
    )
    const bundle = await rolldown({input, platform: 'node'})
    await bundle.write({dir: folder, format: 'esm', entryFileNames: '[name].mjs'})
    const modules = await Promise.all(parts.map((_, at) => import(join(folder, `part${at}.mjs`))))
    return Object.assign({}, ...modules)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

const {values} = parseArgs({
  options: {
    searches: {type: 'string', default: '50'},
    thorough: {type: 'boolean', default: false},
    live: {type: 'boolean', default: false},
  },
})
const searches = Number(values.searches)
const {startSearch, nextTrial, observe, findingOf, seededRandom, quick, thorough} = await load()

/** Service times are exponential, with these means. */
const servers = [
  {slots: 1, serviceMs: 0.5, boundMs: 100, lossAllowed: 0.01},
  {slots: 4, serviceMs: 10, boundMs: 200, lossAllowed: 0.01},
  {slots: 8, serviceMs: 10, boundMs: 100, lossAllowed: 0.01},
  {slots: 16, serviceMs: 50, boundMs: 300, lossAllowed: 0.05},
]
const stallShare = 0.1

const searchOnce = (server, stalls, seed, mode) => {
  const random = seededRandom(seed)
  const truth = trueCapacity(server)
  const startPerSecond = (truth / 16) * (0.7 + 0.6 * random.next())
  const options = {...mode, startPerSecond, leastPerSecond: startPerSecond / 16, mostPerSecond: truth * 50}
  let state = startSearch(options)
  for (let ask = nextTrial(state); ask !== undefined; ask = nextTrial(state)) {
    const stall = stalls && random.next() < stallShare
    const {total, bad} = trialLoss({...ask, stall}, server, random)
    const outcome = bad > Math.max(1, server.lossAllowed * total) ? 'bad' : 'good'
    const loadMs = ask.settleMs + ask.measureMs
    state = observe(state, {...ask, outcome, loadMs, tookMs: loadMs + 1000})
  }
  // One without a bound is wrong by all of it.
  const {lower = 0, upper = 0, ended} = findingOf(state)
  const error = (lower + upper) / 2 / truth - 1
  return {truth, lower, upper, error, seconds: state.loadMs / 1000, ended}
}

const share = (list, holds) => list.filter(holds).length / list.length
const percentile = (list, p) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(p * list.length))]
const pct = (value, digits = 1) => `${(100 * value).toFixed(digits)} %`

const measure = (server, stalls, mode) => {
  const results = Array.from({length: searches}, (_, at) => searchOnce(server, stalls, 1000 + at, mode))
  const errors = results.map(({error}) => error)
  const seconds = results.map((one) => one.seconds)
  return {
    truth: results[0].truth,
    contains: share(results, ({truth, lower, upper}) => lower <= truth && truth <= upper),
    near: share(errors, (error) => Math.abs(error) <= 0.05),
    far: share(errors, (error) => Math.abs(error) > 0.1),
    median: percentile(errors, 0.5),
    width: percentile(
      results.map(({lower, upper}) => upper / lower - 1),
      0.5,
    ),
    seconds: percentile(seconds, 0.5),
    seconds95: percentile(seconds, 0.95),
  }
}

const simulate = () => {
  const mode = values.thorough ? thorough : quick
  const most = mode.budgetMs / 1000
  console.log(
    `${searches} searches each, ${values.thorough ? 'thorough' : 'quick'}; limits: in the interval at least 95 %,`,
  )
  console.log(
    `median of the middle within 5 %, beyond 10 % at most 2 %, median of the load at most ${most} s\n`,
  )
  let met = true
  for (const stalls of [false, true]) {
    for (const server of servers) {
      const found = measure(server, stalls, mode)
      const ok =
        found.contains >= 0.95 && found.far <= 0.02 && Math.abs(found.median) <= 0.05 && found.seconds <= most
      met &&= ok
      const what = `${server.slots} slots of ${server.serviceMs} ms, ${stalls ? '0.5 s stalls in 10 % of trials' : 'no stalls'}`
      console.log(`${ok ? 'ok ' : 'NOT'} ${what}: truth ${found.truth.toFixed(0)}/s`)
      console.log(
        `    in the interval ${pct(found.contains, 0)}, middle ${pct(found.median)} off in the median, within 5 % in ${pct(found.near, 0)}, ` +
          `beyond 10 % in ${pct(found.far, 0)}, width ${pct(found.width)}, load ${found.seconds.toFixed(0)} s (p95 ${found.seconds95.toFixed(0)} s)`,
      )
    }
  }
  return met
}

const met = values.live ? await (await import('./capacity/live.mjs')).liveSearches() : simulate()
process.exitCode = met ? 0 : 1
