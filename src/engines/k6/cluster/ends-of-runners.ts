import {EnvironmentError} from '../../../errors.js'
import type {Plan} from '../../../plan/plan.js'
import type {Json} from '../../../system/json.js'
import type {LoadTotals} from '../../engine.js'
import {failureOf} from '../ends.js'
import {wasAborted} from '../hopeless.js'
import type {K6Log} from '../log.js'
import {limitReached, markedAsFailed, thresholdResults} from '../threshold-results.js'
import type {Threshold} from '../thresholds.js'
import {mergedThresholds} from './merged-thresholds.js'

/** What is known of a k6 in a pod once it has ended. */
export interface EndedRunner {
  pod: string
  log: K6Log
  code: number | undefined
  /** All that it told is here. */
  isComplete: boolean
  /** What was wrong with its log. */
  failure?: Error | undefined
  /** Lines of nobody in its log. */
  complaints: readonly string[]
  summary: Json | undefined
}

/** k6's exit code for a script that called `test.fail()`. */
const markedCode = 110

/** What the end of k6 in a pod means for the run, beyond what became of the pod; nothing when it did its work. */
export const failureOfRunner = (
  {pod, log, code, isComplete, failure, complaints}: EndedRunner,
  {scenario}: Plan,
): Error | undefined => {
  if (failure !== undefined) return failure
  if (code === undefined || !isComplete) {
    const said = complaints[0] === undefined ? '' : `: ${complaints[0]}`
    return new EnvironmentError(`The pod ${pod} of the load broke off without a word of k6's end${said}`)
  }
  // The image has no k6, or no shell that could start it.
  const said = complaints[0] ?? log.errors[0]
  if ([126, 127].includes(code) && said !== undefined)
    return new EnvironmentError(`k6 cannot be started in the pod ${pod}: ${said}`, {
      hint: 'load.kubernetes.image must hold k6 1.5 or later, sh, awk, mkfifo and tr.',
    })
  return failureOf({code, signal: null}, log, scenario.load.script?.path)
}

/** As the wrapper wrote it beside the metrics. */
const askedIn = (summary: unknown): Threshold[] =>
  // Our own module in the pod made this list, by the same code.
  (summary as {asked?: Threshold[]} | undefined)?.asked ?? []

/** What the script asked of itself, over all runners. Of a load that was stopped, k6 could not tell. */
export const limitsOf = (
  runners: readonly EndedRunner[],
  stopped: boolean,
  began: number,
): Pick<LoadTotals, 'thresholds' | 'limit'> => {
  const each = runners.map(({summary, log}) => {
    const asked = askedIn(summary)
    const results = thresholdResults(asked, stopped ? undefined : summary, began)
    return {results, limit: wasAborted(log) ? limitReached(asked, results) : undefined}
  })
  const merged = mergedThresholds(each.map(({results}) => results))
  const isMarked = runners.some(({code}) => code === markedCode)
  const thresholds = isMarked ? [...merged, markedAsFailed] : merged
  const limit = each.find((one) => one.limit !== undefined)?.limit
  return {...(thresholds.length > 0 && {thresholds}), ...(limit && {limit})}
}
