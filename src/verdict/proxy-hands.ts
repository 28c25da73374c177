import {isDeepStrictEqual} from 'node:util'
import type {PlannedFault} from '../plan/plan.js'
import type {RunEvent, RunRecord} from '../run/record.js'
import {runIdOf} from '../system/run-name.js'
import {dueEndOf} from './early/timing.js'
import {eventsOf} from './outcome.js'

/** Something that somebody else did to a proxy while the run went on. */
export interface Hand {
  /** Epoch ms at which it was seen; it was done within the look before. */
  atMs: number
  proxy: string
  /** "has got toxic x (latency)" */
  what: string
  /** The fault of ours that it took away or changed. */
  fault?: string
  /** The other run that did it, as far as the name of its toxic tells. */
  run?: string
}

type Seen = RunEvent & {event: 'proxy'}
type State = NonNullable<Seen['state']>
type Toxic = State['toxics'][number]

/** A look comes this much later than what it sees, and what we do ourselves takes some time to land. */
const landingMs = 1_000
/** Taking a fault back begins this much earlier than it is written down, when a phase was ended before its time. */
const undoLeadMs = 2_000

/** A fault on a proxy, and when this run itself works on it. */
interface Own {
  planned: PlannedFault
  askedMs: number
  appliedMs: number
  /** From then on it is taken back. */
  endMs: number
  undoneMs: number
}

const ownOn = (record: RunRecord, proxy: string): Own[] => {
  const {plan} = record.header
  const startedMs = eventsOf(record, 'load-started')[0]?.atMs ?? 0
  const timeOf = (id: string, name: RunEvent['event']): number | undefined =>
    record.events.find((event) => event.event === name && 'fault' in event && event.fault === id)?.atMs
  return plan.faults.flatMap((planned) => {
    const {id, aim} = planned
    const askedMs = timeOf(id, 'fault-asked')
    if (askedMs === undefined || !aim.edges.some((edge) => plan.target.edges[edge]?.proxies.includes(proxy)))
      return []
    const undoneMs = timeOf(id, 'fault-undone') ?? Number.POSITIVE_INFINITY
    const plannedMs = dueEndOf(record, planned, startedMs)
    const endMs = undoneMs < plannedMs ? undoneMs - undoLeadMs : plannedMs
    const appliedMs = timeOf(id, 'fault-applied') ?? Number.POSITIVE_INFINITY
    return [{planned, askedMs, appliedMs, endMs, undoneMs}]
  })
}

/** Whether this run may itself be closing, opening or making this proxy anew at a time. */
const isOurs = (own: readonly Own[], atMs: number): boolean =>
  own.some(({planned, askedMs, appliedMs, endMs, undoneMs}) => {
    const done = undoneMs + landingMs
    const varies = planned.levels !== undefined && atMs >= askedMs && atMs <= done
    return varies || (atMs >= askedMs && atMs <= appliedMs + landingMs) || (atMs >= endMs && atMs <= done)
  })

/** What somebody else did to the toxics of this run. Undoing another fault may make a sick proxy anew, toxics and all. */
const onOwnToxics = (before: State, after: State, atMs: number, own: readonly Own[], runId: string) =>
  own.flatMap(({planned: {id, levels}, endMs}) => {
    const beside = own.filter(({planned}) => planned.id !== id)
    const name = `${runId}_${id}`
    const was = before.toxics.find((toxic) => toxic.name === name)
    const is = after.toxics.find((toxic) => toxic.name === name)
    if (!was || levels || atMs >= endMs || isOurs(beside, atMs) || isDeepStrictEqual(was, is)) return []
    const now = is && JSON.stringify({...is.attributes, toxicity: is.toxicity})
    return [{what: is ? `has toxic ${name} changed to ${now}` : `has lost toxic ${name}`, fault: id}]
  })

const ofRun = (name: string): Pick<Hand, 'run'> => {
  const run = runIdOf(name)
  return run === undefined ? {} : {run}
}

/** What happened to the toxics of others. */
const onOtherToxics = (before: State, after: State, isOwn: (toxic: Toxic) => boolean) => {
  const was = new Map(before.toxics.map((toxic) => [toxic.name, toxic]))
  const is = new Map(after.toxics.map((toxic) => [toxic.name, toxic]))
  return [
    ...after.toxics
      .filter((toxic) => !isOwn(toxic) && !isDeepStrictEqual(was.get(toxic.name), toxic))
      .map(({name, type}) => ({
        what: was.has(name) ? `has toxic ${name} changed` : `has got toxic ${name} (${type})`,
        ...ofRun(name),
      })),
    ...before.toxics
      .filter((toxic) => !isOwn(toxic) && !is.has(toxic.name))
      .map(({name}) => ({what: `has lost toxic ${name}`, ...ofRun(name)})),
  ]
}

/** What happened to the proxy itself; it closing while a fault of ours keeps it open, or the other way round. */
const onProxy = (before: State, after: State | undefined, own: readonly Own[], atMs: number) => {
  if (isOurs(own, atMs)) return []
  if (after === undefined) return [{what: 'is gone'}]
  const fault = own.find(({appliedMs, endMs}) => atMs >= appliedMs && atMs < endMs)?.planned.id
  const on = fault === undefined ? {} : {fault}
  return [
    ...(before.enabled === after.enabled ? [] : [{what: after.enabled ? 'was opened' : 'was closed', ...on}]),
    ...(before.upstream === after.upstream
      ? []
      : [{what: `leads to ${after.upstream}, before to ${before.upstream}`}]),
    ...(before.listen === after.listen
      ? []
      : [{what: `listens on ${after.listen}, before on ${before.listen}`}]),
  ]
}

const handsOnOne = (proxy: string, seen: readonly Seen[], record: RunRecord): Hand[] => {
  const {runId} = record.header
  const own = ownOn(record, proxy)
  const isOwn = ({name}: Toxic): boolean => name.startsWith(`${runId}_`)
  let before = seen[0]?.state
  const hands: Hand[] = []
  for (const {atMs, state} of seen.slice(1)) {
    const was = before
    const is = state ?? (was && {...was, toxics: []})
    const found =
      was && is
        ? [
            ...onProxy(was, state, own, atMs),
            ...onOwnToxics(was, is, atMs, own, runId),
            ...onOtherToxics(was, is, isOwn),
          ]
        : []
    hands.push(...found.map((hand) => ({atMs, proxy, ...hand})))
    before = state ?? before
  }
  return hands
}

/** How many of the target's proxies were looked at. */
export const proxiesSeen = (record: RunRecord): number =>
  new Set(eventsOf(record, 'proxy').map(({proxy}) => proxy)).size

/**
 * What others did to the target's proxies, in order of time: whatever changed that this run did not ask for at that
 * time. What changes within a second of our own work on the same proxy cannot be told from it.
 *
 *   ours    asked ▒▒ applied ─────── in force ─────── end ▒▒▒ undone
 *   theirs              toxic gone ▲    closed ▲
 */
export const handsOn = (record: RunRecord): Hand[] => {
  const seen = eventsOf(record, 'proxy')
  return [...new Set(seen.map(({proxy}) => proxy))]
    .flatMap((name) =>
      handsOnOne(
        name,
        seen.filter(({proxy}) => proxy === name),
        record,
      ),
    )
    .sort((one, other) => one.atMs - other.atMs)
}

/** Toxics of other runs that were there when this one began. */
export const othersAtStart = (record: RunRecord): Hand[] => {
  const first = new Map<string, Seen>()
  for (const seen of eventsOf(record, 'proxy')) if (!first.has(seen.proxy)) first.set(seen.proxy, seen)
  return [...first.values()].flatMap(({atMs, proxy, state}) =>
    (state?.toxics ?? []).flatMap(({name, type}) => {
      const run = runIdOf(name)
      return run === undefined || run === record.header.runId
        ? []
        : [{atMs, proxy, what: `has toxic ${name} (${type})`, run}]
    }),
  )
}
