// Fills a store with a thousand series of a thousand samples of one kind, and prints as JSON what that takes. Started by
// bench/scrape.mjs with --expose-gc.
import {MetricStore} from '../../dist/metrics/store.js'

const [seriesCount, sampleCount] = [1000, 1000]

let state = 1
/** Uniform in [0, 1): a linear congruential generator, so that every run stores the same. */
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const poisson = (mean) => {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
  let [count, product] = [0, random()]
  for (const limit = Math.exp(-mean); product > limit; product *= random()) count++
  return count
}

/** From the value before, the next one. */
const kinds = {
  counter: (before) => before + poisson(10),
  'busy counter': (before) => before + poisson(2000),
  'quiet counter': (before) => before + poisson(0.1),
  constant: (before) => before,
  'integer gauge': () => Math.floor(random() * 200),
  'float gauge': (before) => before + normal(),
  seconds: (before) => before + random() / 10,
}
const used = () => {
  for (let round = 0; round < 3; round++) globalThis.gc()
  const {heapUsed, external, rss} = process.memoryUsage()
  return {held: heapUsed + external, rss}
}

/** Timers fire up to some ms late. */
const lateness = () => Math.floor(random() ** 4 * 6)

const fill = (store, next, count, from) => {
  const all = Array.from({length: count}, (_, index) => ({
    series: store.series({
      __name__: 'http_requests_total',
      job: 'shop',
      instance: `10.0.0.${index % 20}:8080`,
      code: String(200 + (index % 7)),
      route: `/resource/${from}/${Math.floor(index / 20)}`,
    }),
    value: Math.floor(random() * 1e6),
  }))
  const startMs = 1_763_000_000_000
  for (let round = 0; round < sampleCount; round++) {
    for (const one of all) {
      one.value = next(one.value)
      store.append(one.series, startMs + round * 1000 + lateness(), one.value)
    }
  }
}

/** Samples are read when they are looked at. */
const readAll = (selected) => {
  let samples = 0
  for (const {t, v} of selected) samples += t.length + v.length
  if (samples === 0) throw new Error('nothing was found')
}

const fastest = (times, work) => {
  const taken = Array.from({length: times}, () => {
    const startMs = performance.now()
    work()
    return performance.now() - startMs
  })
  return Number(Math.min(...taken).toFixed(1))
}

/** Fills a store, and prints what that took. */
export const measureKind = ([kind]) => {
  const next = kinds[kind]
  // Compiled code and the like are there before the count begins.
  fill(new MetricStore(), next, 20, 'warm')
  const before = used()
  const store = new MetricStore()
  const startMs = performance.now()
  fill(store, next, seriesCount, 'real')
  const fillMs = performance.now() - startMs
  const after = used()
  const samples = seriesCount * sampleCount
  const perSample = (bytes) => Number((bytes / samples).toFixed(2))
  const matchers = [{label: '__name__', op: '=', value: 'http_requests_total'}]
  const byRoute = [{label: 'route', op: '=', value: '/resource/real/7'}]
  const lastMs = 1_763_000_000_000 + sampleCount * 1000
  console.log(
    JSON.stringify({
      'bytes a sample, heap and buffers': perSample(after.held - before.held),
      'bytes a sample, resident': perSample(after.rss - before.rss),
      "the store's own account": perSample(store.totals().bytes),
      'µs to append': Number(((fillMs * 1000) / samples).toFixed(2)),
      'ms to read all': fastest(20, () => readAll(store.select(matchers, 0, lastMs))),
      'ms to read the last minute of each': fastest(20, () =>
        readAll(store.select(matchers, lastMs - 60_000, lastMs)),
      ),
      'ms to read 20 series by route': fastest(20, () => readAll(store.select(byRoute, 0, lastMs))),
    }),
  )
}
