import {formatPercent} from '../scenarios/quantities.js'
import type {LoadSecond} from '../verdict/seconds.js'
import {count, percent} from '../verdict/words.js'
import type {ObjectiveSeen} from './trial.js'

/** Answers that say "not now": whoever sheds load is quick about it, so that latency gets better the more is shed. */
const isRefusal = (status: string): boolean => status.startsWith('5') || status === '429'

/**
 * How many requests were served rather than turned away with a server error or 429. Objectives of latency count those as
 * answered in time, so without this a system that refuses most of its load would seem to carry any rate.
 *
 * @param refusalsAllowed share of the requests, 0 to 1
 */
export const notRefusedOf = (seconds: readonly LoadSecond[], refusalsAllowed: number): ObjectiveSeen => {
  let offered = 0
  let refused = 0
  for (const {due, answered} of seconds.flatMap(({requests}) => Object.values(requests))) {
    offered += due
    for (const [status, answers] of Object.entries(answered)) if (isRefusal(status)) refused += answers
  }
  const share = offered === 0 ? 0 : refused / offered
  return {
    name: 'not refused',
    held: refused <= Math.max(1, refusalsAllowed * offered),
    estimate: 1 - share,
    target: 1 - refusalsAllowed,
    unit: 'ratio',
    message: `${count(refused)} of ${count(offered)} requests were answered with 5xx or 429 (${percent(share)}), ${formatPercent(refusalsAllowed)} may`,
  }
}
