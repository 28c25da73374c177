import type {SentSeries} from '../fakes/remote-write.js'

type Labels = Record<string, string>

/** A number between 0 and 1 that looks like chance and is the same in every run. */
const noise = (index: number, salt: number): number => {
  const value = Math.sin(index * 12.9898 + salt * 78.233) * 43758.5453
  return value - Math.floor(value)
}

/** Ten minutes of samples about every 15 s, some milliseconds early or late, up to `baseS` (epoch seconds). */
const timesOf = (baseS: number, salt: number): number[] =>
  Array.from(
    {length: 41},
    (_, index) => baseS * 1000 - 600_000 + index * 15_000 + Math.floor(noise(index, salt) * 900),
  )

type ValueAt = (index: number) => number | null | undefined

/** `undefined` leaves a sample out, `null` is a staleness marker. */
const series = (baseS: number, salt: number, labels: Labels, valueAt: ValueAt): SentSeries => {
  const all = timesOf(baseS, salt).map((tMs, index) => ({tMs, value: valueAt(index)}))
  const kept = all.flatMap(({tMs, value}) => (value === undefined ? [] : [{tMs, value}]))
  return {labels, t: kept.map(({tMs}) => tMs), v: kept.map(({value}) => value)}
}

const counter =
  (perSample: number, resetAt = Number.POSITIVE_INFINITY): ValueAt =>
  (index) =>
    Math.floor(
      (index < resetAt ? index : index - resetAt) * perSample * (1 + noise(Math.floor(index / 8), 3)),
    )

const startingAt =
  (least: number, values: ValueAt): ValueAt =>
  (index) =>
    least + (values(index) ?? 0)

const requests = (baseS: number): SentSeries[] =>
  ['shop', 'cart'].flatMap((job, at) =>
    ['0', '1', '2'].flatMap((pod, of) =>
      ['200', '500'].map((code, kind) =>
        series(
          baseS,
          at * 10 + of,
          {__name__: 'requests_total', job, pod, code},
          // No two are ever alike: which of equal ones is the top one is for each server to choose.
          startingAt(
            6 * kind + 3 * at + of,
            counter(kind === 0 ? 37.5 + at * 7 + of : 1.25 + at + of / 3, of === 1 ? 23 : undefined),
          ),
        ),
      ),
    ),
  )

const buckets = (baseS: number): SentSeries[] =>
  ['shop', 'cart'].flatMap((job, at) =>
    ['0.05', '0.1', '0.5', '1', '+Inf'].map((le, of) =>
      series(baseS, 30 + at, {__name__: 'latency_seconds_bucket', job, le}, (index) =>
        Math.floor(index * ([3, 11, 17, 20][of] ?? 20 + 6 * at) * 1.5),
      ),
    ),
  )

/** Not cumulative, and without a last bucket: what scrapes in between and relabelling make of histograms. */
const brokenBuckets = (baseS: number): SentSeries[] => [
  ...[
    ['1', 5],
    ['2', 3],
    ['+Inf', 9],
  ].map(([le, value]) =>
    series(baseS, 40, {__name__: 'broken_bucket', of: 'order', le: String(le)}, () => Number(value)),
  ),
  series(baseS, 40, {__name__: 'broken_bucket', of: 'end', le: '1'}, () => 4),
  series(baseS, 40, {__name__: 'broken_bucket', of: 'word', le: 'much'}, () => 4),
]

const odd = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e-7,
  -1.5e21,
  -0,
  0.1,
  1234567.25,
  -2.5,
]

/** Counters that restart, are born late and end; gauges with gaps and odd values; buckets, also broken ones. */
export const promqlData = (baseS: number): SentSeries[] => [
  ...requests(baseS),
  ...buckets(baseS),
  ...brokenBuckets(baseS),
  series(baseS, 50, {__name__: 'born_total', job: 'shop'}, (index) =>
    index < 20 ? undefined : 7 + (index - 20) * 3,
  ),
  series(baseS, 51, {__name__: 'ended_total', job: 'shop'}, (index) =>
    index < 30 ? index * 2 : index === 30 ? null : undefined,
  ),
  series(baseS, 52, {__name__: 'single', job: 'shop'}, (index) => (index === 35 ? 3 : undefined)),
  ...['a', 'b', 'c'].map((room, at) =>
    series(baseS, 60 + at, {__name__: 'temperature', room}, (index) =>
      index % 11 === 10 && room === 'b' ? undefined : 20 * (at - 1) + noise(index, at) * 5,
    ),
  ),
  ...odd.map((value, at) => series(baseS, 70, {__name__: 'odd', n: String(at)}, () => value)),
  series(baseS, 80, {__name__: 'mixed'}, (index) => odd[index % odd.length]),
  series(baseS, 81, {__name__: 'constant', job: 'shop'}, () => 42),
  series(baseS, 82, {__name__: 'moment'}, (index) => 1_709_210_096 + index * 1_234_567),
  ...['shop', 'cart'].map((job, at) =>
    series(baseS, 90, {__name__: 'build_info', job, version: `1.${at}`}, () => 1),
  ),
  series(baseS, 91, {__name__: 'weird', text: 'é <&> "\\\n😀\u202e\u0000', path: '/a/b-c'}, () => 1),
]
