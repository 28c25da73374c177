import type {RunEvent, RunRecord} from '../run/record.js'
import {askedSize} from './asked-size.js'
import type {Observations} from './observations.js'
import {eventsOf} from './outcome.js'
import {replicaEnds} from './replica-ends.js'
import type {ValidityCheck} from './verdict.js'
import {elapsed, list, plural} from './words.js'

/** Whether the replicas were there, and nobody else ended any; none for a target that does not tell of them. */
export const replicaChecks = (observed: Observations): ValidityCheck[] =>
  eventsOf(observed.record, 'replica').length === 0
    ? []
    : [...asTheTargetSays(observed), leftAlone(observed.record)]

/** More are counted, not told. */
const mostTold = 3

/** One that is not ready for a moment is there all the same: a busy machine answers health checks late. */
const isThere = ({pid, state}: RunEvent & {event: 'replica'}): boolean => pid !== 0 && state !== 'starting'

/** One look at the replicas writes them down one after the other; the next look is half a second later. */
const lookMs = 250

/** When the first look began, before which nobody knew of any replica. */
const firstLookMs = (record: RunRecord): number =>
  Math.min(...eventsOf(record, 'replica').map(({atMs}) => atMs))

/** The fewest of these replicas that ran at a time between two: as they were at the first, and at each change. */
const fewestRunning = (
  record: RunRecord,
  names: readonly string[],
  fromMs: number,
  toMs: number,
): {running: number; missing: string[]} => {
  const there = new Map<string, boolean>()
  let fewest = {running: names.length, missing: [] as string[]}
  const compare = (): void => {
    const missing = names.filter((name) => there.get(name) !== true)
    if (names.length - missing.length < fewest.running)
      fewest = {running: names.length - missing.length, missing}
  }
  const seen = eventsOf(record, 'replica').filter(({atMs}) => atMs <= toMs)
  for (const one of seen.filter(({atMs}) => atMs <= fromMs)) there.set(one.replica, isThere(one))
  compare()
  for (const one of seen) {
    if (one.atMs <= fromMs) continue
    there.set(one.replica, isThere(one))
    compare()
  }
  return fewest
}

/** All replicas of a workload that were ever there. */
const seenOf = (record: RunRecord, workload: string): string[] => [
  ...new Set(
    eventsOf(record, 'replica')
      .filter((one) => one.workload === workload)
      .map(({replica}) => replica),
  ),
]

/** Fewer than that, or than a switch of the run asked for, are another system, and more load for each of them. */
const asTheTargetSays = ({record, windows}: Observations): ValidityCheck[] => {
  const {workloads} = record.header.plan.target
  const {baseline, fault} = windows
  const startMs = baseline?.startMs ?? fault?.startMs
  if (startMs === undefined) return []
  // Without a warm-up, the first look may come when the baseline has begun.
  const seenMs = firstLookMs(record)
  const fromMs = Math.max(startMs, seenMs + lookMs)
  const firstFaultMs = eventsOf(record, 'fault-asked')[0]?.atMs ?? Number.POSITIVE_INFINITY
  const toMs = Math.min(baseline?.endMs ?? startMs, firstFaultMs)
  // Of the time before the faults nothing is known then, and what is missing now they may have taken.
  if (seenMs > toMs) return []
  const all = Object.entries(workloads).map(([name, {replicas}]) => {
    const asked = askedSize(record.header.plan, name)
    const names = asked === undefined ? replicas : seenOf(record, name)
    return {name, asked: asked ?? replicas.length, ...fewestRunning(record, names, fromMs, toMs)}
  })
  const few = all.filter(({running, asked}) => running < asked)
  const total = all.reduce((sum, {asked}) => sum + asked, 0)
  const which = few.map(
    ({name, asked, running, missing}) => `${running} of ${asked} of ${name} (not ${list(missing)})`,
  )
  const name = 'replicas as the target says'
  if (all.length === 0) return []
  if (few.length === 0)
    return [{name, ok: true, message: `${total} of ${plural(total, 'replica')} ran before the faults`}]
  return [{name, ok: false, message: `before the faults there ran ${which.join('; ')}: all of them must be`}]
}

/** A restart that no fault of ours asked for. Not told apart from a fault that spreads: both need looking into. */
const leftAlone = (record: RunRecord): ValidityCheck => {
  const startedMs = eventsOf(record, 'load-started')[0]?.atMs ?? 0
  const ends = replicaEnds(record)
  const others = ends.filter(({by}) => by === 'others')
  const name = 'replicas restarted by nobody else'
  if (others.length === 0) {
    const ours = ends.length === 0 ? 'no replica ended' : `only replicas that a fault aims at ended`
    return {name, ok: true, message: `${ours}, none else may`}
  }
  const some = others.slice(0, mostTold).map(({replica, atMs, during}) => {
    const when = `${replica} ended ${elapsed(atMs - startedMs)} into the run`
    return during === undefined
      ? `${when}, before any fault: by itself or by somebody else`
      : `${when}, which ${during.id} ${during.fault} does not aim at then: somebody else ended it, or the fault spread to it, which its own log can tell and the record cannot`
  })
  const more = others.length > mostTold ? `; ${others.length - mostTold} more` : ''
  const message = `${plural(others.length, 'replica process')} ended that no fault of this run ended, none may: ${some.join('; ')}${more}`
  return {name, ok: false, message: message.replace('processs', 'processes')}
}
