import type {RunRecord} from '../run/record.js'
import type {Objective} from '../scenarios/scenario.js'
import type {ObjectiveVerdict} from './verdict.js'

/** What an objective counts. The answers to a query carry their warnings with them. */
const sourcesOf = (objective: Objective, all: readonly Objective[]): string[] => {
  switch (objective.kind) {
    case 'ratio':
      return [objective.total, objective.good, objective.bad].filter((selector) => selector !== undefined)
    case 'latency':
      return [objective.latency]
    case 'recovery':
      return all
        .filter(({name, kind}) => name === objective.recovers && kind !== 'recovery')
        .flatMap((recovered) => sourcesOf(recovered, all))
    case 'relative':
      return all
        .filter(({name, kind}) => name === objective.compares && kind !== 'relative' && kind !== 'recovery')
        .flatMap((compared) => sourcesOf(compared, all))
    case 'query':
    case 'alert':
      return []
  }
}

/** What the objective says that no data comes to: a fail, where it is asked for. */
export const withNoDataChoice = (verdict: ObjectiveVerdict, {onNoData}: Objective): ObjectiveVerdict =>
  onNoData === 'fail' && verdict.outcome === 'inconclusive' && verdict.estimate === undefined
    ? {...verdict, outcome: 'fail', noData: true, message: `${verdict.message}; on-no-data makes that a fail`}
    : verdict

/** A pass over samples that the source itself doubted (a part of it did not answer, say) decides nothing. */
export const withDoubts = (
  verdict: ObjectiveVerdict,
  objective: Objective,
  all: readonly Objective[],
  {events}: RunRecord,
): ObjectiveVerdict => {
  if (verdict.outcome !== 'pass') return verdict
  const sources = sourcesOf(objective, all)
  const doubts = events.flatMap((event) =>
    event.event === 'warning' && event.about?.some((source) => sources.includes(source))
      ? [event.message]
      : [],
  )
  if (doubts.length === 0) return verdict
  const message = `${verdict.message}; but with warnings: ${[...new Set(doubts)].join('; ')}`
  return {...verdict, outcome: 'inconclusive', message}
}
