import type {Labels, Series} from '../../src/metrics/source.js'

/** The first request of every record made here. */
export const runStartMs = 1_792_000_000_000

export const sampleIntervalMs = 500

/** Scrape times every 500 ms between two offsets from the first request, both included. */
export const scrapeTimes = (fromMs: number, toMs: number, jitterMs = 0): number[] => {
  const times: number[] = []
  for (let at = fromMs; at <= toMs; at += sampleIntervalMs) times.push(runStartMs + at + jitterMs)
  return times
}

/** A series from a function of the offset: undefined where it was not there, null where it went stale. */
export const seriesOf = (
  name: string,
  labels: Labels,
  times: readonly number[],
  valueAt: (offsetMs: number) => number | null | undefined,
): Series => {
  const series: Series = {labels: {__name__: name, ...labels}, t: [], v: []}
  for (const t of times) {
    const value = valueAt(t - runStartMs)
    if (value === undefined) continue
    series.t.push(t)
    series.v.push(value)
  }
  return series
}

/** Events per second between two offsets, as a running count. */
export const flow =
  (...parts: {fromMs: number; toMs: number; perSecond: number}[]) =>
  (offsetMs: number): number =>
    parts.reduce(
      (sum, {fromMs, toMs, perSecond}) =>
        sum + Math.floor((Math.max(0, Math.min(offsetMs, toMs) - fromMs) * perSecond) / 1000),
      0,
    )

/** Makes a running count appear only once it is above zero, as prom-client does for labels never used before. */
export const bornWhenUsed =
  (count: (offsetMs: number) => number) =>
  (offsetMs: number): number | undefined =>
    count(offsetMs) > 0 ? count(offsetMs) : undefined
