import {compileMatchers} from './matchers.js'
import type {Matcher, SeriesData, Storage} from './storage.js'

/** The first index whose time is after `timeMs`. */
const firstAfter = (t: ArrayLike<number>, timeMs: number): number => {
  let low = 0
  let high = t.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((t[middle] ?? 0) > timeMs) high = middle
    else low = middle + 1
  }
  return low
}

const slice = ({labels, t, v}: SeriesData, fromMs: number, toMs: number): SeriesData => {
  const from = firstAfter(t, fromMs)
  const to = firstAfter(t, toMs)
  if (from === 0 && to === t.length) return {labels, t, v}
  return {
    labels,
    t: Array.prototype.slice.call(t, from, to),
    v: Array.prototype.slice.call(v, from, to),
  }
}

/** Series held in memory, found by metric name first: most selectors name one. */
export const memoryStorage = (series: readonly SeriesData[]): Storage => {
  const byName = new Map<string, SeriesData[]>()
  for (const one of series) {
    const name = one.labels['__name__'] ?? ''
    const named = byName.get(name)
    if (named) named.push(one)
    else byName.set(name, [one])
  }
  const candidates = (matchers: readonly Matcher[]): readonly SeriesData[] => {
    const name = matchers.find(({label, op}) => label === '__name__' && op === '=')
    return name ? (byName.get(name.value) ?? []) : series
  }
  return {
    select(matchers, fromMs, toMs) {
      const matching = compileMatchers(matchers)
      return candidates(matchers)
        .filter(({labels}) => matching(labels))
        .map((one) => slice(one, fromMs, toMs))
        .filter(({t}) => t.length > 0)
    },
  }
}
