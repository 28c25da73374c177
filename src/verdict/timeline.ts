import type {RunEvent, RunRecord} from '../run/record.js'
import {plural} from './words.js'

/** One thing that happened, in words. */
export interface Moment {
  /** From the first request; negative before it. */
  offsetMs: number
  /** `trouble` is what should not have happened. */
  kind: 'phase' | 'fault' | 'trouble' | 'note'
  text: string
}

/**
 * What happened, in order of time, as sentences that name each fault by what it does. The states of replicas before
 * the first request are left out: they say only that the system was up.
 */
export const timelineOf = ({header, events}: RunRecord, startedMs: number): Moment[] => {
  const faults = new Map(header.plan.faults.map((planned) => [planned.id, planned]))
  const nameOf = (id: string): string => `${id} ${faults.get(id)?.fault ?? ''}`.trim()
  return events
    .filter((event) => !(event.event === 'replica' && event.atMs < startedMs))
    .flatMap((event) => {
      const said = say(event, nameOf, (id) => faults.get(id)?.aim.does ?? '')
      return said ? [{offsetMs: event.atMs - startedMs, ...said}] : []
    })
    .sort((one, other) => one.offsetMs - other.offsetMs)
}

const say = (
  event: RunEvent,
  nameOf: (id: string) => string,
  doesOf: (id: string) => string,
): Omit<Moment, 'offsetMs'> | undefined => {
  switch (event.event) {
    case 'load-started':
    case 'phase-ended':
    case 'fault-asked':
      return undefined
    case 'phase-started':
      return {kind: 'phase', text: `${event.phase} begins`}
    case 'fault-applied':
      return {kind: 'fault', text: `${nameOf(event.fault)} applied: ${doesOf(event.fault)}`}
    case 'fault-seen':
      return seen(event, nameOf(event.fault))
    case 'fault-undone':
      return {kind: 'fault', text: `${nameOf(event.fault)} undone`}
    case 'fault-failed':
      return {kind: 'trouble', text: `${nameOf(event.fault)} failed: ${event.message}`}
    case 'undo-failed':
      return {
        kind: 'trouble',
        text: `${nameOf(event.fault)} could not be undone: ${event.message}. ${event.remedy}`,
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

const replica = ({replica: name, state, restarts}: RunEvent & {event: 'replica'}): string =>
  restarts > 0 ? `${name} is ${state}, restarted ${plural(restarts, 'time')}` : `${name} is ${state}`

const seen = (
  {evidence: {bit, observations}}: RunEvent & {event: 'fault-seen'},
  name: string,
): Omit<Moment, 'offsetMs'> => {
  const words = {
    yes: 'took effect',
    no: 'did not take effect',
    unknown: 'was not seen to take effect',
  } as const
  const text = `${name} ${words[bit]}: ${observations.join('; ')}`
  return {kind: bit === 'yes' ? 'fault' : 'trouble', text}
}

const settings = (switches: Record<string, string | number | boolean>): string =>
  Object.entries(switches)
    .map(([name, value]) => `${name} = ${value === false ? 'off' : value === true ? 'on' : value}`)
    .join(', ')
