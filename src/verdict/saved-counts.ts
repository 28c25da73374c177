import type {RunRecord} from '../run/record.js'
import type {
  LatencyObjective,
  Objective,
  RatioObjective,
  RelativeObjective,
  SavedCounts,
  Scenario,
} from '../scenarios/scenario.js'
import {earlyEndOf} from './early/judge-share.js'
import {judge} from './judge.js'
import {withLoadSeries} from './load-series.js'
import {isLack, observationsOf} from './observations.js'
import {weigh} from './relative.js'
import {list} from './words.js'

/** What a saved record says, or why it is no measure for another run; `remarks` are what makes it a poor one. */
export type SavedAnswer = {saved: SavedCounts; remarks: string[]} | {problem: string}

type Shared = RatioObjective | LatencyObjective

const isShare = (objective: Objective): objective is Shared =>
  objective.kind === 'ratio' || objective.kind === 'latency'

/** What is counted, without the target, which another version of the scenario may well have changed. */
const countedBy = (objective: Shared): string =>
  objective.kind === 'latency'
    ? `${objective.latency} below ${objective.belowMs} ms`
    : `${objective.good ?? ''} ${objective.bad ?? ''} of ${objective.total}`

const requestsOf = ({load}: Scenario): string[] =>
  load.streams.flatMap(({requests}) => requests.map(({name}) => name)).sort()

const ourOwn = 'name a record that this scenario wrote: .shakedown/runs/RUN/record.jsonl.gz'

/** Why this is no run of the same experiment, or nothing. */
const unlike = (theirs: Scenario, ours: Scenario, compares: string): string | undefined => {
  if (theirs.name !== ours.name)
    return `is a record of scenario "${theirs.name}", not of "${ours.name}": ${ourOwn}`
  const [before, now] = [theirs, ours].map(requestsOf)
  if (before?.join() !== now?.join())
    return `was made with other requests (${list(before ?? [])}; now ${list(now ?? [])}): ${ourOwn} with these requests`
  const [their, our] = [theirs, ours].map(({objectives}) =>
    objectives.filter(isShare).find(({name}) => name === compares),
  )
  if (!their || !our) {
    const known = theirs.objectives.filter(isShare).map(({name}) => `"${name}"`)
    return `has no good, bad or latency objective "${compares}" (it has ${list(known) || 'none'}): ${ourOwn} with that objective in it`
  }
  if (countedBy(their) !== countedBy(our))
    return `counted something else for "${compares}" (${countedBy(their).trim()}): ${ourOwn} since it counts what it does now`
  return undefined
}

/**
 * The counts of a saved record that an objective is compared with. Refuses a record of another scenario, one that counted
 * something else under that name, and one of a run that was no whole experiment or ended a phase early.
 */
export const savedCountsOf = (
  record: RunRecord,
  objective: RelativeObjective,
  scenario: Scenario,
): SavedAnswer => {
  const {compares, during} = objective
  const theirs = record.header.plan.scenario
  const problem = unlike(theirs, scenario, compares)
  if (problem !== undefined) return {problem}
  const {outcome, summary} = judge(record)
  if (outcome !== 'pass' && outcome !== 'fail' && outcome !== 'inconclusive')
    return {
      problem: `is of a run that measured nothing to compare with (${outcome}: ${summary}): ${ourOwn} in a whole run`,
    }
  const observed = observationsOf(withLoadSeries(record, {}))
  const phases: NonNullable<SavedCounts['phases']> = {}
  const doubts: string[] = []
  for (const phase of during) {
    // Where it ended when the counts looked decided, they lie further out than those of a whole phase.
    const early = earlyEndOf(record, phase)
    if (early !== undefined)
      return {
        problem: `is of a run whose ${phase} phase ended early (${early}), and its counts are no fair measure: ${ourOwn} without --early`,
      }
    const counts = weigh(objective, phase, theirs.objectives, observed)
    if (isLack(counts)) return {problem: `holds no count of "${compares}" to compare with: ${counts.lack}`}
    if (counts.doubts) doubts.push(`was not seen whole: ${counts.doubts.message} (${phase})`)
    phases[phase] = {bad: counts.bad, total: counts.total, worth: counts.worth}
  }
  const {runId, createdMs} = record.header
  return {
    saved: {path: objective.saved?.path ?? '', runId, createdMs, phases},
    remarks: [...remarksOn(theirs, scenario), ...doubts],
  }
}

/** What may make a difference without any change to the system. */
const remarksOn = (theirs: Scenario, ours: Scenario): string[] => {
  const pairs: [string, unknown, unknown][] = [
    ['load', theirs.load.streams.map(({profile}) => profile), ours.load.streams.map(({profile}) => profile)],
    [
      'faults',
      theirs.faults.map(({fault, options}) => [fault, options]),
      ours.faults.map(({fault, options}) => [fault, options]),
    ],
    ['switches', theirs.switches, ours.switches],
  ]
  return pairs.flatMap(([what, before, now]) =>
    JSON.stringify(before) === JSON.stringify(now)
      ? []
      : [`was made with another ${what}: that alone may make the difference`],
  )
}
