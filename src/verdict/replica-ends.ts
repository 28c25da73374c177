import type {PlannedFault} from '../plan/plan.js'
import type {RunEvent, RunRecord} from '../run/record.js'
import {askedSize} from './asked-size.js'
import {eventsOf} from './outcome.js'

/** A process of a replica that ended while the run went on. */
export interface ReplicaEnd {
  atMs: number
  replica: string
  /** `ours`: a fault that aims at it had begun, and was not over; or a switch of the run made its workload smaller. */
  by: 'ours' | 'others'
  /** Another fault, at which it was not aimed, that was in force: it may have spread. */
  during?: PlannedFault
}

type Seen = RunEvent & {event: 'replica'}

/** A look comes this much later than what it sees; a fault on processes is over when the replica is ready again. */
const landingMs = 1_500

interface InForce {
  planned: PlannedFault
  fromMs: number
  toMs: number
  /** Pods of its workloads that ended while it was in force. */
  ended: number
}

const inForce = (record: RunRecord): InForce[] =>
  record.header.plan.faults.flatMap((planned) => {
    const timeOf = (name: RunEvent['event']): number | undefined =>
      record.events.find((event) => event.event === name && 'fault' in event && event.fault === planned.id)
        ?.atMs
    const fromMs = timeOf('fault-asked')
    const toMs = timeOf('fault-undone') ?? Number.POSITIVE_INFINITY
    return fromMs === undefined ? [] : [{planned, fromMs, toMs: toMs + landingMs, ended: 0}]
  })

/**
 * Whether this fault ended it. In a cluster the pods that a fault hits are chosen when it begins, by the rule of the plan:
 * any of the workloads or nodes at which it aims, no more than it takes; while it holds a scale, all that come and go.
 */
const isAimedAt = (fault: InForce, {replica, workload}: Seen): boolean => {
  const {replicas, nodes = [], workloads = [], pods = 0, holds} = fault.planned.aim
  const mayHit = workload !== undefined && (nodes.length > 0 || workloads.includes(workload))
  if (!mayHit) return replicas.includes(replica)
  fault.ended += 1
  return holds === true || replicas.includes(replica) || fault.ended <= pods
}

/** Told of an end before the first fault: whether a switch of the run explains it, each as often as its size says. */
const endsBySwitch = ({header, events}: RunRecord): ((now: Seen) => boolean) => {
  const {plan} = header
  const firstMs = events.find(({event}) => event === 'fault-asked')?.atMs ?? Number.POSITIVE_INFINITY
  const left = new Map(
    Object.entries(plan.target.workloads).flatMap(([name, {replicas}]) => {
      const asked = askedSize(plan, name)
      return asked === undefined ? [] : [[name, replicas.length - asked] as const]
    }),
  )
  return ({workload = '', atMs}) => {
    const more = left.get(workload) ?? 0
    if (more <= 0 || atMs >= firstMs) return false
    left.set(workload, more - 1)
    return true
  }
}

const hasEnded = (before: Seen, now: Seen): boolean =>
  before.pid !== 0 && (now.pid !== before.pid || now.restarts > before.restarts)

/**
 * Every process that ended, from the first look on. One that was stopped and comes back as another process ends once.
 * After a fault of ours began, one at which no fault aims may have ended because the fault spread to it, or because
 * somebody ended it: the record cannot tell.
 */
export const replicaEnds = (record: RunRecord): ReplicaEnd[] => {
  const faults = inForce(record)
  const isBySwitch = endsBySwitch(record)
  const known = new Map<string, Seen>()
  const ends: ReplicaEnd[] = []
  for (const now of eventsOf(record, 'replica')) {
    const before = known.get(now.replica)
    known.set(now.replica, now)
    if (before === undefined || !hasEnded(before, now)) continue
    const at = faults.filter(({fromMs, toMs}) => now.atMs >= fromMs && now.atMs <= toMs)
    const ours = at.some((fault) => isAimedAt(fault, now)) || isBySwitch(now)
    const during = faults.find(({fromMs}) => now.atMs >= fromMs)?.planned
    const by = ours ? ('ours' as const) : ('others' as const)
    ends.push({atMs: now.atMs, replica: now.replica, by, ...(!ours && during && {during})})
  }
  return ends
}
