import {formatNumber, isLabelName} from '../../promql/index.js'
import type {Clock} from '../../system/clock.js'
import type {Labels} from '../source.js'
import type {MetricStore, StoredSeries} from '../store.js'
import {readWriteRequest, type WrittenSeries} from './write-request.js'

/** How far ahead of our clock a sample may be: one in the wrong unit of time would push all others out. */
const aheadMs = 10 * 60_000

/** What a receiver holds against samples. */
export interface WriteLimits {
  clock: Clock
  /** Older samples would be forgotten at once. */
  retentionMs: number
  maxSeries: number
}

interface Checked {
  labels: Labels
  samples: WrittenSeries['samples']
}

/** Labels as they are stored, empty values left out; `undefined` for those that no series may have. */
const storedLabels = ({labels}: WrittenSeries): Labels | undefined => {
  const names = labels.map(([name]) => name)
  if (new Set(names).size !== names.length || !names.every(isLabelName)) return undefined
  const stored = Object.fromEntries(labels.filter(([, value]) => value !== ''))
  return stored['__name__'] === undefined ? undefined : stored
}

/** The newest value of a series; `null` for a staleness marker. */
const newestValue = ({samples}: StoredSeries): number | null | undefined => {
  const {v} = samples.between(samples.lastMs - 1, samples.lastMs)
  return v[0]
}

const shown = (value: number | null | undefined): string => formatNumber(value ?? Number.NaN)

const problemOf = (
  series: StoredSeries,
  {tMs, value}: Checked['samples'][number],
  {clock, retentionMs}: WriteLimits,
): string | undefined => {
  const now = clock.now()
  if (tMs > now + aheadMs) return 'out of bounds: timestamp is too far in the future'
  if (tMs < now - retentionMs) return 'out of bounds'
  const {lastMs} = series.samples
  if (tMs < lastMs) return 'out of order sample'
  if (tMs > lastMs) return undefined
  const existing = newestValue(series)
  return Object.is(existing, value)
    ? undefined
    : `duplicate sample for timestamp ${tMs}; overrides not allowed: existing ${shown(existing)}, new value ${shown(value)}`
}

/** Series not held yet, by what they are called; a request may name one twice. */
const newSeries = (checked: readonly Checked[], store: MetricStore): number =>
  new Set(
    checked
      .filter(({labels, samples}) => samples.length > 0 && store.series(labels).samples.length === 0)
      .map(({labels}) => JSON.stringify(Object.entries(labels).sort())),
  ).size

/** What speaks against the samples as a whole; they are stored all or none, as Prometheus does. */
const refusalOf = (
  checked: readonly Checked[],
  store: MetricStore,
  limits: WriteLimits,
): string | undefined => {
  for (const {labels, samples} of checked) {
    const series = store.series(labels)
    for (const sample of samples) {
      const problem = problemOf(series, sample, limits)
      if (problem !== undefined) return problem
    }
  }
  if (store.totals().series + newSeries(checked, store) > limits.maxSeries)
    return `too many series: at most ${limits.maxSeries} are held; raise --max-series, or write fewer`
  return undefined
}

/**
 * Stores what a client of remote write 1.0 sent, all of it or nothing, and returns why nothing was stored. As in
 * Prometheus 3.5, series without a name or with wrong labels are passed over, and so are samples that are out of order
 * within one request. Native histograms are left out, and that is told: silence would look like zero.
 * Throws ProtobufError when the message is not a write request.
 */
export const storeWritten = (
  message: Buffer,
  store: MetricStore,
  limits: WriteLimits,
): string | undefined => {
  const written = readWriteRequest(message)
  const checked = written.flatMap((series): Checked[] => {
    const labels = storedLabels(series)
    return labels ? [{labels, samples: series.samples}] : []
  })
  const refusal = refusalOf(checked, store, limits)
  if (refusal !== undefined) return refusal
  for (const {labels, samples} of checked) {
    const series = store.series(labels)
    for (const {tMs, value} of samples) store.append(series, tMs, value)
  }
  const histograms = written.reduce((sum, series) => sum + series.histograms, 0)
  return histograms > 0
    ? `${histograms} native histograms were left out, as they are not supported; plain samples were stored`
    : undefined
}
