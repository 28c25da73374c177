import {envelopeInWords} from '../plan/envelope-words.js'
import type {PlannedFault} from '../plan/plan.js'
import type {RunEvent, RunRecord} from '../run/record.js'
import {formatPercent, formatRate} from '../scenarios/quantities.js'
import {breakerMoments} from './timeline-breakers.js'
import {condensed, strengthTold} from './timeline-strength.js'
import {plural} from './words.js'

/** One thing that happened, in words. */
export interface Moment {
  /** From the first request; negative before it. */
  offsetMs: number
  /** `trouble` is what should not have happened. */
  kind: 'phase' | 'fault' | 'trouble' | 'note'
  text: string
}

/** What the events name by id. */
interface Named {
  name(id: string): string
  planned(id: string): PlannedFault | undefined
  /** What is to be said of a fault's strength at its end. */
  strength(id: string): string
}

/**
 * What happened, in order of time, as sentences that name each fault by what it does. The states of replicas before
 * the first request are left out: they say only that the system was up.
 */
export const timelineOf = (record: RunRecord, startedMs: number): Moment[] => {
  const faults = new Map(record.header.plan.faults.map((planned) => [planned.id, planned]))
  const named: Named = {
    name: (id) => `${id} ${faults.get(id)?.fault ?? ''}`.trim(),
    planned: (id) => faults.get(id),
    strength: (id) => strengthTold(record, id),
  }
  const told = condensed(record.events)
    .filter((event) => !(event.event === 'replica' && event.atMs < startedMs))
    .flatMap((event) => {
      const said = say(event, named)
      return said ? [{offsetMs: event.atMs - startedMs, ...said}] : []
    })
  return [...told, ...breakerMoments(record, startedMs)].sort((one, other) => one.offsetMs - other.offsetMs)
}

const say = (event: RunEvent, named: Named): Omit<Moment, 'offsetMs'> | undefined => {
  switch (event.event) {
    case 'phase-ended':
      return event.early === undefined
        ? undefined
        : {kind: 'phase', text: `${event.phase} ends early: ${event.early}`}
    case 'objective-decided':
      return {kind: 'note', text: decided(event)}
    case 'load-started':
    case 'fault-asked':
    // What others did about them is told by the checks of validity.
    case 'proxy':
    case 'clock':
      return undefined
    case 'phase-started':
      return {kind: 'phase', text: `${event.phase} begins`}
    case 'dip-left-out':
      return {kind: 'note', text: `the dip of the load was left out: ${event.message}`}
    case 'breakpoint':
      return {
        kind: 'note',
        text: `the load broke at ${formatRate(event.ratePerSecond)}: "${event.objective}" was missed (${event.message})`,
      }
    case 'fault-applied':
      return {kind: 'fault', text: `${named.name(event.fault)} applied: ${does(named.planned(event.fault))}`}
    case 'fault-level':
      return {
        kind: 'fault',
        text: `${named.name(event.fault)} is at ${formatPercent(event.level)} of its strength`,
      }
    case 'fault-level-failed': {
      const wanted = `could not be brought to ${formatPercent(event.level)} of its strength`
      return {kind: 'trouble', text: `${named.name(event.fault)} ${wanted}: ${event.message}`}
    }
    case 'fault-seen':
      return seen(event, named.name(event.fault))
    case 'fault-undone':
      return {kind: 'fault', text: `${named.name(event.fault)} undone${named.strength(event.fault)}`}
    case 'fault-failed':
      return {kind: 'trouble', text: `${named.name(event.fault)} failed: ${event.message}`}
    case 'undo-failed':
      return {
        kind: 'trouble',
        text: `${named.name(event.fault)} could not be undone: ${event.message}. ${event.remedy}`,
      }
    case 'switches-set':
      return {kind: 'note', text: `switches set: ${settings(event.switches)}`}
    case 'switches-restored':
      return {kind: 'note', text: 'switches restored'}
    case 'guard-tripped':
      return {kind: 'trouble', text: `guard "${event.guard}" stopped the run: ${event.message}`}
    case 'replica':
      return {kind: 'note', text: replica(event)}
    case 'interrupted':
    case 'error':
    case 'warning':
      return {kind: 'trouble', text: `${event.event}: ${event.message}`}
    case 'note':
      return {kind: 'note', text: event.message}
  }
}

/** A miss is for good; what is met may break before the phase is over. */
const decided = ({objective, phase, state, total}: RunEvent & {event: 'objective-decided'}): string => {
  const how = state === 'met' ? 'met so far, for certain,' : 'missed for certain'
  return `"${objective}" is ${how} in the ${phase} phase, after ${plural(Math.round(total), 'event')}`
}

const does = (planned: PlannedFault | undefined): string =>
  [
    planned?.aim.does ?? '',
    ...(planned?.envelope ? [`strength ${envelopeInWords(planned.envelope)}`] : []),
  ].join(', ')

const replica = ({replica: name, state, restarts}: RunEvent & {event: 'replica'}): string =>
  restarts > 0 ? `${name} is ${state}, restarted ${plural(restarts, 'time')}` : `${name} is ${state}`

const seen = (
  {level = 1, evidence: {bit, observations}}: RunEvent & {event: 'fault-seen'},
  name: string,
): Omit<Moment, 'offsetMs'> => {
  const words = {
    yes: 'took effect',
    no: 'did not take effect',
    unknown: 'was not seen to take effect',
  } as const
  const strength = level < 1 ? ` at ${formatPercent(level)} of its strength` : ''
  const text = `${name} ${words[bit]}${strength}: ${observations.join('; ')}`
  return {kind: bit === 'yes' ? 'fault' : 'trouble', text}
}

const settings = (switches: Record<string, string | number | boolean>): string =>
  Object.entries(switches)
    .map(([name, value]) => `${name} = ${value === false ? 'off' : value === true ? 'on' : value}`)
    .join(', ')
