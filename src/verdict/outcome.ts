import type {Outcome} from '../exit-codes.js'
import type {RunEvent, RunRecord} from '../run/record.js'
import {breakpointInWords} from './breakpoint.js'
import type {ObjectiveVerdict, ValidityCheck} from './verdict.js'
import {list, plural} from './words.js'

/** What the outcome is made of. */
export interface Findings {
  record: RunRecord
  validity: readonly ValidityCheck[]
  objectives: readonly ObjectiveVerdict[]
}

type EventOf<Name extends RunEvent['event']> = RunEvent & {event: Name}

/** All events of one kind. */
export const eventsOf = <Name extends RunEvent['event']>({events}: RunRecord, name: Name): EventOf<Name>[] =>
  events.filter((event): event is EventOf<Name> => event.event === name)

/** Faults that are, as far as the record knows, still in force. Without an end, an undo that failed stands for it. */
export const residualOf = (record: RunRecord): {fault: string; message: string; remedy: string}[] => {
  if (record.end) return record.end.residual
  const undone = new Set(eventsOf(record, 'fault-undone').map(({fault}) => fault))
  return eventsOf(record, 'undo-failed').filter(({fault}) => !undone.has(fault))
}

/**
 * The worst wins: residual, error, interrupted, then a guard's stop (a limit that was broken stays broken, whatever
 * else went wrong), invalid, fail, inconclusive. A pass is what is left, and only when something was judged.
 */
export const outcomeOf = (findings: Findings): Outcome => {
  const {record, validity, objectives} = findings
  if (residualOf(record).length > 0) return 'residual'
  if (record.end?.ended === 'error' || eventsOf(record, 'error').length > 0) return 'error'
  if (record.end?.ended === 'interrupted') return 'interrupted'
  if (record.end?.ended === 'guard') return 'fail'
  if (validity.some(({ok}) => !ok)) return 'invalid'
  if (objectives.some(({outcome}) => outcome === 'fail')) return 'fail'
  const shown = objectives.length > 0 && objectives.every(({outcome}) => outcome === 'pass')
  return shown ? 'pass' : 'inconclusive'
}

/** `"browsing stays up" (fault and recovery)`: each objective once, with its phases. */
const named = (verdicts: readonly ObjectiveVerdict[]): string => {
  const phases = new Map<string, string[]>()
  for (const {name, phase} of verdicts) phases.set(name, [...(phases.get(name) ?? []), phase])
  return list([...phases].map(([name, where]) => `"${name}" (${list(where)})`))
}

/** The verdict in one sentence, without the outcome's own name. */
export const summaryOf = (outcome: Outcome, findings: Findings): string => {
  const broke = breakpointInWords(findings.record)
  return `${broke === undefined ? '' : `${broke}; `}${judgedInWords(outcome, findings)}`
}

const judgedInWords = (outcome: Outcome, findings: Findings): string => {
  const {record, validity, objectives} = findings
  const which = (wanted: ObjectiveVerdict['outcome']): ObjectiveVerdict[] =>
    objectives.filter((verdict) => verdict.outcome === wanted)
  switch (outcome) {
    case 'pass':
      return `every objective was met: ${plural(objectives.length, 'check')} in ${list([...new Set(objectives.map(({phase}) => phase))])}`
    case 'fail':
      return failure(findings, which('fail'))
    case 'inconclusive':
      if (objectives.length === 0) return 'nothing was judged: the scenario has no objectives'
      return `not decided: ${named(which('inconclusive'))}; nothing was missed`
    case 'invalid': {
      const failed = validity.filter(({ok}) => !ok)
      const more = failed.length > 1 ? ` (and ${plural(failed.length - 1, 'more check')} failed)` : ''
      return `the experiment did not happen as planned: ${failed[0]?.message ?? 'a check failed'}${more}`
    }
    case 'error':
      return `the run broke: ${eventsOf(record, 'error')[0]?.message ?? 'no reason was recorded'}`
    case 'residual':
      return `still broken: ${list(residualOf(record).map(({fault, message}) => `${fault} could not be undone (${message})`))}`
    case 'interrupted':
      return `the run was interrupted (${eventsOf(record, 'interrupted')[0]?.message ?? 'no reason was recorded'}); every fault was undone`
  }
}

const failure = ({record, objectives}: Findings, failed: readonly ObjectiveVerdict[]): string => {
  const missed = failed.length > 0 ? `missed: ${named(failed)}` : ''
  const guard = eventsOf(record, 'guard-tripped')[0]
  if (record.end?.ended !== 'guard')
    return `${missed}; ${failed.length} of ${plural(objectives.length, 'check')} failed`
  const stopped = `stopped by ${guard ? `guard "${guard.guard}" (${guard.message})` : 'a guard'}`
  return missed ? `${stopped}; ${missed}` : stopped
}
