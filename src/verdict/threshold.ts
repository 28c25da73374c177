import type {RecordEnd, RunRecord} from '../run/record.js'
import {breakpointOf} from './breakpoint.js'
import {chanceOfMiss, clopperPearson, decide, eventsToDecide} from './statistics/interval.js'
import {type ObjectiveVerdict, wholeRun} from './verdict.js'
import {count, inUnit, percent, plural, sign} from './words.js'

type ThresholdResult = NonNullable<NonNullable<RecordEnd['totals']>['thresholds']>[number]

/** Thresholds have no confidence of their own: that of an objective that names none. */
const confidence = 0.95

type Decided = Pick<
  ObjectiveVerdict,
  'outcome' | 'message' | 'estimate' | 'interval' | 'counts' | 'chance' | 'needs'
>

/**
 * The thresholds that the load's own script has, each an objective over the whole run. A load that rose until something
 * broke is no judge of them: over the whole of it, the break is in every number.
 */
export const judgeThresholds = (record: RunRecord): ObjectiveVerdict[] =>
  breakpointOf(record) === undefined ? (record.end?.totals?.thresholds ?? []).map(judgeThreshold) : []

const judgeThreshold = (result: ThresholdResult): ObjectiveVerdict => ({
  name: `${result.metric}: ${result.expression}`,
  kind: 'threshold',
  phase: wholeRun,
  unit: result.unit,
  target: result.limit,
  comparator: result.comparator,
  confidence,
  ...decided(result),
})

const decided = (result: ThresholdResult): Decided => {
  const {held, sampled, value} = result
  if (held === undefined)
    return {outcome: 'inconclusive', message: 'not evaluated: the load did not come to its end'}
  if (!sampled) return {outcome: 'inconclusive', message: withoutSamples(result)}
  const estimate = value === undefined ? {} : {estimate: value}
  const share = shareOf(result)
  if (share !== undefined) return {...estimate, ...share}
  const asked = `asked for ${sign(result.comparator)} ${inUnit(result, result.limit)}`
  const said = value === undefined ? asked : `${inUnit(result, value)}, ${asked}`
  const message = `${said}, over the whole run; one number without an error bound`
  return {...estimate, outcome: held ? 'pass' : 'fail', message}
}

const withoutSamples = ({metric, held}: ThresholdResult): string =>
  `no data: ${metric} had no sample${held ? ', and k6 lets a threshold hold without one' : ''}; a counter that may stay at zero is better a rate`

/** A bound on a share has counts, and so an exact interval: no share of other kinds does. */
const shareOf = (result: ThresholdResult): Decided | undefined => {
  const {counts, comparator, limit} = result
  if (counts === undefined || comparator === '==' || comparator === '!=') return undefined
  const {hits, total} = counts
  // Seen as a share that must be at least so large: of the others, where the bound is from above.
  const isCeiling = comparator === '<' || comparator === '<='
  const good = isCeiling ? total - hits : hits
  const target = isCeiling ? 1 - limit : limit
  const outcome = decide(clopperPearson(good, total, confidence), target)
  const interval = clopperPearson(hits, total, confidence)
  const said = `${percent(hits / total)} (${count(hits)} of ${count(total)}) over the whole run, asked for ${sign(comparator)} ${percent(limit)}`
  const chance = chanceOfMiss(good, total, target)
  const measured = {interval, counts: {good, bad: total - good, total}, chance}
  if (outcome !== 'inconclusive') return {...measured, outcome, message: said}
  const open = `${said}; the interval from ${percent(interval.low)} to ${percent(interval.high)} holds the limit`
  const all = eventsToDecide(good / total, target, confidence)
  if (all === undefined) return {...measured, outcome, message: open}
  const events = Math.max(1, Math.ceil(all - total))
  const message = `${open}, needs about ${plural(events, 'more event')} at this share`
  return {...measured, outcome, message, needs: {events}}
}
