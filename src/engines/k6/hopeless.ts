import type {Plan} from '../../plan/plan.js'
import type {Books} from './books.js'
import type {K6Log} from './log.js'

/** When so many iterations threw and none sent anything, or so many requests had no address, the script is broken. */
const many = 20

/** Why a script will never send anything that reaches somebody, if so. */
export const hopeless = ({totals, unresolved}: Books, {exceptions}: K6Log): string | undefined => {
  if (exceptions.count >= many && totals.sent === 0)
    return `throws before it sends anything: ${exceptions.first}`
  if (unresolved >= many && totals.answered === 0 && totals.failed === unresolved)
    return `names a host that does not resolve: none of its first ${unresolved} requests found an address`
  return undefined
}

/** What k6 says when a threshold of the script ends the load; its exit code is that of every crossed threshold. */
const abortWords = /abortOnFail enabled/

/** Whether a threshold of the script has ended the load. */
export const wasAborted = ({errors}: K6Log): boolean => errors.some((error) => abortWords.test(error))

/** The plan, then the slowest request, as k6 is told; in milliseconds. */
export const longestMs = ({scenario: {load}, durationMs}: Plan): number =>
  durationMs +
  load.streams
    .flatMap(({requests}) => requests)
    .reduce((most, {timeoutMs = 0}) => Math.max(most, timeoutMs), load.timeoutMs)
