/** Thresholds as k6 takes them: expressions by metric. */
export type Thresholds = Record<string, string[]>

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The thresholds of a script as `k6 inspect` prints them, none of which ends the run: guards do that. */
export const thresholdsOf = (options: unknown): {thresholds: Thresholds; aborting: string[]} => {
  const thresholds: Thresholds = {}
  const aborting: string[] = []
  const all = isRecord(options) && isRecord(options['thresholds']) ? options['thresholds'] : {}
  for (const [metric, list] of Object.entries(all)) {
    thresholds[metric] = (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
      if (typeof entry === 'string') return [entry]
      if (!isRecord(entry) || typeof entry['threshold'] !== 'string') return []
      if (entry['abortOnFail'] === true) aborting.push(`${metric}: ${entry['threshold']}`)
      return [entry['threshold']]
    })
  }
  return {thresholds, aborting}
}

/** What became of the thresholds, in words: those crossed, and those that nothing was measured for. */
export const thresholdNews = (thresholds: Thresholds, summary: unknown): string[] => {
  const metrics = isRecord(summary) && isRecord(summary['metrics']) ? summary['metrics'] : {}
  return Object.entries(thresholds).flatMap(([metric, expressions]) => {
    const found = metrics[metric]
    const results = isRecord(found) && isRecord(found['thresholds']) ? found['thresholds'] : {}
    return expressions.flatMap((expression) => {
      const result = results[expression]
      if (!isRecord(result)) return [`the script's threshold ${metric}: ${expression} was not evaluated`]
      if (result['ok'] !== true) return [`the script's threshold ${metric}: ${expression} was crossed`]
      return hasSamples(found)
        ? []
        : [`nothing was measured for the script's threshold ${metric}: ${expression}`]
    })
  })
}

/** k6 lets a threshold pass that has no data, and shows zeros for its metric. */
const hasSamples = (metric: unknown): boolean => {
  const values = isRecord(metric) && isRecord(metric['values']) ? Object.values(metric['values']) : []
  return values.some((value) => typeof value === 'number' && value !== 0)
}
