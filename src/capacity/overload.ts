import type {Trial} from './trial.js'

/** What becomes of more load than the system can carry. Rates per second. */
export interface Overload {
  /** One for each multiple of the capacity that was tried. */
  points: {multiple: number; ratePerSecond: number; goodPerSecond: number; answeredPerSecond: number}[]
  /** Goodput at the largest overload, as a share of the best goodput that was seen. */
  ratio?: number
  /** `holds`: at least 80 % of the best goodput is left; `degrades`: at least 40 %; `collapses`: less. */
  kind?: 'holds' | 'degrades' | 'collapses'
  /** Whether a load that was carried before is carried again right after the overload. */
  recovers?: boolean
  /** `withinMs`: from the end of the overload to the end of the first trial that was carried, or of the last one tried. */
  recovery?: {ratePerSecond: number; withinMs?: number; message?: string}
}

const holdsFrom = 0.8
const degradesFrom = 0.4

/** Reads what trials beyond the capacity showed; `best` is the largest goodput that was seen below it. */
export const overloadOf = (
  trials: readonly Trial[],
  {heldPerSecond, bestGoodPerSecond}: {heldPerSecond: number; bestGoodPerSecond: number},
): Overload => {
  const points = trials
    // What a generator could not send is no overload.
    .filter(({purpose, outcome}) => purpose === 'overload' && (outcome === 'good' || outcome === 'bad'))
    .flatMap(({ratePerSecond, seen}) =>
      seen
        ? [
            {
              multiple: Number((ratePerSecond / heldPerSecond).toFixed(2)),
              ratePerSecond,
              goodPerSecond: seen.goodPerSecond,
              answeredPerSecond: seen.answeredPerSecond,
            },
          ]
        : [],
    )
  const last = points.at(-1)
  const best = Math.max(bestGoodPerSecond, ...points.map(({goodPerSecond}) => goodPerSecond))
  const ratio = last && best > 0 ? last.goodPerSecond / best : undefined
  const after = trials.findLast(({purpose}) => purpose === 'recover')
  const decided = after?.outcome === 'good' || after?.outcome === 'bad'
  return {
    points,
    ...(ratio !== undefined && {
      ratio,
      kind: ratio >= holdsFrom ? 'holds' : ratio >= degradesFrom ? 'degrades' : 'collapses',
    }),
    ...(after && decided && {recovers: after.outcome === 'good'}),
    ...(after && {
      recovery: {
        ratePerSecond: after.ratePerSecond,
        ...withinOf(trials, after),
        ...(after.message !== undefined && {message: after.message}),
      },
    }),
  }
}

const withinOf = (trials: readonly Trial[], after: Trial): {withinMs?: number} => {
  const last = trials.findLast(({purpose}) => purpose === 'overload')
  if (last?.startedMs === undefined || after.startedMs === undefined) return {}
  return {withinMs: after.startedMs + after.loadMs - (last.startedMs + last.loadMs)}
}
