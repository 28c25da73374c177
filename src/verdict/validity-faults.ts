import {envelopeInWords} from '../plan/envelope-words.js'
import type {PlannedFault} from '../plan/plan.js'
import {formatPercent} from '../scenarios/quantities.js'
import {breakpointOf} from './breakpoint.js'
import {originOf} from './early/timing.js'
import {courseOf, offPlan} from './fault-course.js'
import type {Observations} from './observations.js'
import {eventsOf} from './outcome.js'
import type {ValidityCheck} from './verdict.js'
import {percent, plural} from './words.js'

/** A strength further than this from its envelope is another strength. */
const mostOff = 0.25

/** It may be so for this share of the time: a change that comes late, or fails once, is no other experiment. */
const mostOffTime = 0.2

/** Checks for each planned fault, but for those that a stopped run never came to. */
export const faultChecks = (observed: Observations): ValidityCheck[] => {
  const {record} = observed
  const {plan} = record.header
  const started = eventsOf(record, 'load-started')[0]?.atMs ?? 0
  const broke = breakpointOf(record)
  const cutMs = record.end && record.end.ended !== 'completed' ? record.end.atMs : broke?.atMs
  const ranMs = cutMs === undefined ? plan.durationMs : cutMs - started
  return plan.faults
    .filter(({startMs}) => startMs <= ranMs)
    .flatMap((planned) => [tookEffect(planned, observed), ...keptToEnvelope(planned, observed, started)])
}

/** One look that says yes is enough, whenever it was. */
const tookEffect = ({id, fault, aim}: PlannedFault, {record}: Observations): ValidityCheck => {
  const check = (ok: boolean, why: string): ValidityCheck => ({
    name: `fault ${id} took effect`,
    ok,
    message: `${fault} (${aim.does}) ${why}`,
  })
  if (!eventsOf(record, 'fault-applied').some((event) => event.fault === id)) {
    return check(false, 'was never applied')
  }
  const looks = eventsOf(record, 'fault-seen').filter((event) => event.fault === id)
  const seen = looks.map(({evidence}) => evidence)
  const yes = seen.find(({bit}) => bit === 'yes')
  if (yes) return check(true, `took effect: ${yes.observations.join('; ')}`)
  // A look that says no knows more than one that could not tell.
  const told = seen.findLast(({bit}) => bit === 'no') ?? seen.at(-1)
  if (!told) return check(false, 'was applied, but nobody looked whether it took effect')
  const said = told.bit === 'no' ? 'did not take effect' : 'was not seen to take effect'
  const often = seen.length > 1 ? ` in ${plural(seen.length, 'look')}` : ''
  return check(false, `${said}${often}: ${told.observations.join('; ') || 'no observations'}`)
}

/** Of a fault whose strength was to change: whether it did. */
const keptToEnvelope = (
  planned: PlannedFault,
  {record}: Observations,
  startedMs: number,
): ValidityCheck[] => {
  const {id, fault, envelope, levels} = planned
  const course = courseOf(record, id)
  if (!levels || !course) return []
  const share = offPlan(planned, course, originOf(record, planned, startedMs), mostOff)
  const meant = envelope ? ` (${envelopeInWords(envelope)})` : ''
  const off = `the strength of ${fault}${meant} was off by more than ${formatPercent(mostOff)} for ${percent(share)} of its time, the limit is ${formatPercent(mostOffTime)}`
  const [first] = course.failed
  const failed =
    first === undefined ? '' : `; ${plural(course.failed.length, 'change')} failed, first: ${first}`
  return [{name: `fault ${id} kept to its envelope`, ok: share <= mostOffTime, message: `${off}${failed}`}]
}
