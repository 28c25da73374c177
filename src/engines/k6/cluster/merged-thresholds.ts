import type {ThresholdResult} from '../../engine.js'

const add = (results: readonly ThresholdResult[], read: (one: ThresholdResult) => number): number =>
  results.reduce((sum, one) => sum + read(one), 0)

/** Statistics that add up: how often, and how often per second. Of a share, `rate` is another thing: it has counts. */
const isSum = (expression: string): boolean => /^\s*(count|rate)\b/.test(expression)

const holds: Record<ThresholdResult['comparator'], (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
}

const judged = (first: ThresholdResult, value: number, more: Partial<ThresholdResult>): ThresholdResult => {
  const {held: _held, value: _value, counts: _counts, ...rest} = first
  return {...rest, ...more, sampled: true, value, held: holds[first.comparator](value, first.limit)}
}

/**
 * What all runners together say of one threshold. Shares and counts of all of them make one number, judged anew. Of a
 * percentile or a mean nobody can make one of theirs, but it lies between the least and the largest of them: when each
 * held, all together held, and likewise when none did. Otherwise it is not known.
 */
const merged = (results: readonly ThresholdResult[]): ThresholdResult | undefined => {
  const [first] = results
  if (first === undefined) return undefined
  const seen = results.filter(({sampled}) => sampled)
  const [one] = seen
  if (one === undefined) return first
  // Runners that broke off said nothing.
  const isWhole = results.every(({held}) => held !== undefined)
  if (isWhole && seen.every(({counts}) => counts !== undefined)) {
    const counts = {
      hits: add(seen, ({counts: own}) => own?.hits ?? 0),
      total: add(seen, ({counts: own}) => own?.total ?? 0),
    }
    return judged(one, counts.hits / counts.total, {counts})
  }
  if (isWhole && isSum(one.expression))
    return judged(
      one,
      add(seen, ({value = 0}) => value),
      {},
    )
  const isOrdered = one.comparator !== '==' && one.comparator !== '!='
  const agree = seen.every(({held, value}) => held === one.held && (isOrdered || value === one.value))
  const held = agree ? one.held : undefined
  const worst = seen.reduce((most, {value = 0}) => Math.max(most, value), 0)
  const least = seen.reduce((low, {value = 0}) => Math.min(low, value), Number.POSITIVE_INFINITY)
  const {held: _held, value: _value, counts: _counts, ...rest} = one
  const value = one.comparator.startsWith('>') ? least : worst
  return {...rest, ...(held !== undefined && isWhole && {held, value})}
}

/** The thresholds of a script over all runners; each has the same ones, in the same order. */
export const mergedThresholds = (runners: readonly (readonly ThresholdResult[])[]): ThresholdResult[] =>
  (runners[0] ?? []).flatMap((_first, index) => {
    const all = runners.flatMap((results) => results[index] ?? [])
    return merged(all) ?? []
  })
