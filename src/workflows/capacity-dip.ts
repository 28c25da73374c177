import type {Criteria} from '../capacity/criteria.js'
import type {Finding} from '../capacity/finding.js'
import type {Ask} from '../capacity/trial.js'
import type {PlannedFault} from '../plan/plan.js'
import type {HeldFault} from '../run/trials/held-fault.js'
import {systemClock} from '../system/clock.js'
import {belowCapacity} from './capacity-overload.js'
import {type LegStage, tryOut} from './capacity-trials.js'

/** How long the load goes on before and after a replica is taken away. */
const beforeMs = 3_000
const afterMs = 9_000

/** What callers notice while the replica goes, at a rate that the others carry. */
export const dip = async (
  stage: LegStage,
  leg: string,
  fault: PlannedFault,
  {heldPerSecond, criteria}: Pick<Finding, 'heldPerSecond'> & {criteria: Criteria},
): Promise<void> => {
  if (heldPerSecond === undefined) return
  const {settleMs} = stage.header.options
  const ask: Ask = {
    purpose: 'recover',
    ratePerSecond: belowCapacity * heldPerSecond,
    settleMs,
    measureMs: beforeMs + afterMs,
    attempt: 1,
  }
  let gone: {atMs: number; held: HeldFault} | undefined
  try {
    const trial = await tryOut(stage, ask, criteria, {
      atMs: settleMs + beforeMs,
      act: async () => {
        const atMs = systemClock.now()
        gone = {atMs, held: await stage.site.hold(fault)}
      },
    })
    // It is set by the act above, which the type checker does not see.
    const went = gone as {atMs: number; held: HeldFault} | undefined
    if (went?.held.evidence.bit === 'yes') return stage.write({kind: 'dip', leg, atMs: went.atMs, trial})
    stage.note(`${leg}: no dip was measured: ${whyNone(went?.held, trial.message)}`)
  } finally {
    await gone?.held.release()
  }
}

const whyNone = (held: HeldFault | undefined, message: string | undefined): string => {
  if (held === undefined) return `the load ended before the replica went (${message ?? 'nobody knows why'})`
  const {bit, observations} = held.evidence
  const seen = bit === 'no' ? 'the replica did not go' : 'nobody saw the replica go'
  return [seen, ...observations].join('; ')
}
