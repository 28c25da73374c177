import type {SentSeries} from '../fakes/remote-write.js'

/** Every ten seconds of the ten minutes up to `baseS`, in epoch seconds. */
const grid = (baseS: number): number[] =>
  Array.from({length: 61}, (_, index) => (baseS - 600 + index * 10) * 1000)

const series = (
  baseS: number,
  labels: SentSeries['labels'],
  valueAt: (index: number) => number | null,
): SentSeries => {
  const t = grid(baseS)
  return {labels, t, v: t.map((_, index) => valueAt(index))}
}

/** Values that numbers are written in every way for. */
const odd = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e-7,
  1.5e21,
  -0,
  0.1,
  123456789.25,
]

/** What both servers are given: counters with a reset, gauges with odd values, buckets, a series that ends, odd labels. */
export const contractData = (baseS: number): SentSeries[] => [
  series(baseS, {__name__: 'requests_total', job: 'shop', code: '200'}, (index) => index * 5),
  series(baseS, {__name__: 'requests_total', job: 'shop', code: '500'}, (index) => index),
  series(baseS, {__name__: 'restarted_total', job: 'shop'}, (index) => (index < 40 ? index : index - 40) * 3),
  ...odd.map((value, at) => series(baseS, {__name__: 'odd', n: String(at)}, () => value)),
  ...['0.1', '0.5', '1', '+Inf'].map((le, at) =>
    series(baseS, {__name__: 'latency_seconds_bucket', job: 'shop', le}, (index) => index * (at + 1)),
  ),
  series(baseS, {__name__: 'temperature', room: 'é <&> "\\'}, (index) => 20 + (index % 7) / 10),
  series(baseS, {__name__: 'gone'}, (index) => (index === 60 ? null : 1)),
  {labels: {__name__: 'name.with.dots', 'label.with.dots': 'x'}, t: [(baseS - 5) * 1000], v: [7]},
]
