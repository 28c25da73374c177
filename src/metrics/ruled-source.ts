import {neededRules, RuleEvaluation, type RuleGroup, selectorsOf} from '../promql/index.js'
import type {MetricSource, QueryResult} from './source.js'
import {MetricStore} from './store.js'
import {explain, queryStore, withFailures} from './store-query.js'

/** Samples that came late are asked for again for so many intervals. */
const overlapIntervals = 3

/** What rules recorded live is kept for so long, or for twice as long as they read back. */
const leastKeptMs = 600_000

/** The rules behind one expression, evaluated here over samples of the source. */
interface OwnRules {
  store: MetricStore
  evaluation: RuleEvaluation
  /** What the samples are selected by, and how far back. */
  selectors: string[]
  fetchedMs: number
}

const ownRules = (source: MetricSource, groups: RuleGroup[], expression: string, atMs: number): OwnRules => {
  const expressions = [expression, ...groups.flatMap(({rules}) => rules.map(({expr}) => expr))]
  const uses = expressions.flatMap((one) => selectorsOf(one))
  const reachMs = uses.reduce((longest, {rangeMs = 0}) => Math.max(longest, rangeMs), 0)
  const store = new MetricStore()
  const options = {
    startMs: atMs,
    sampleIntervalMs: source.intervalMs,
    keepMs: Math.max(leastKeptMs, 2 * reachMs),
  }
  const evaluation = new RuleEvaluation(groups, store, options)
  return {
    store,
    evaluation,
    selectors: [...new Set(uses.map(({text}) => text))],
    fetchedMs: atMs - reachMs - evaluation.lookbackMs,
  }
}

/** Fetches what came since the last time, with the patience of a question; a sample that is there is not taken twice. */
const fetchNew = async (
  source: MetricSource,
  own: OwnRules,
  atMs: number,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const fromMs = own.fetchedMs - overlapIntervals * source.intervalMs
  const fetch = source.samplesNow ?? source.samples
  for (const selector of own.selectors) {
    for (const {labels, t, v} of await fetch(selector, fromMs, atMs, signal)) {
      const series = own.store.series(labels)
      for (const [index, tMs] of t.entries()) {
        if (tMs > series.samples.lastMs) own.store.append(series, tMs, v[index] ?? null)
      }
    }
  }
  own.fetchedMs = Math.max(own.fetchedMs, atMs)
}

/**
 * A source that also answers what these rules record, and which of their alerts fire. It is asked first, as it may have
 * the same rules; what it has no answer to is evaluated here, over raw samples of it, from the first such question on.
 */
export const withRules = (source: MetricSource, rules: readonly RuleGroup[]): MetricSource => {
  if (rules.length === 0) return source
  const known = new Map<string, OwnRules>()
  const evaluated = async (
    groups: RuleGroup[],
    expression: string,
    atMs: number,
    signal?: AbortSignal,
  ): Promise<QueryResult> => {
    const own = known.get(expression) ?? ownRules(source, groups, expression, atMs)
    known.set(expression, own)
    await fetchNew(source, own, atMs, signal)
    own.evaluation.advance(atMs)
    return withFailures(queryStore(own.store, expression, atMs, own.evaluation), own.evaluation, atMs)
  }
  return {
    ...source,
    query: async (expression, atMs, signal) => {
      const groups = explain(() => neededRules(rules, {expressions: [expression]}))
      const answered = await source.query(expression, atMs, signal)
      if (groups.length === 0 || answered.answers.length > 0) return answered
      return await evaluated(groups, expression, atMs, signal)
    },
  }
}
