import type {Outcome} from '../exit-codes.js'
import {formatDuration} from '../scenarios/quantities.js'
import type {Aftermath} from './effects/effect.js'
import {eventsOf, type Findings, residualOf} from './outcome.js'
import {worldRemedies} from './validity-world.js'
import {type ObjectiveVerdict, type ValidityCheck, wholeRun} from './verdict.js'
import {lengthMs, type Windows} from './windows.js'

/** What to do next, most urgent first. */
export const adviceFor = (
  outcome: Outcome,
  findings: Findings,
  windows: Windows,
  aftermath?: Aftermath,
): string[] => [...adviceOn(outcome, findings, windows), ...adviceAfter(outcome, aftermath)]

const adviceOn = (outcome: Outcome, findings: Findings, windows: Windows): string[] => {
  const {record, validity, objectives} = findings
  switch (outcome) {
    case 'pass':
      return []
    case 'fail':
      return record.end?.ended === 'guard'
        ? ['Find out why the limit was broken, or lower the load or the fault, before running it again.']
        : []
    case 'inconclusive':
      return inconclusive(objectives, windows)
    case 'invalid':
      return [...new Set(validity.filter(({ok}) => !ok).map(remedyOf))]
    case 'error':
      return eventsOf(record, 'error').flatMap(({hint}) => hint ?? [])
    case 'residual':
      return ['Run now: shakedown restore.', ...residualOf(record).map(({remedy}) => remedy)]
    case 'interrupted':
      return ['Run it again: an interrupted run proves nothing.']
  }
}

/** An objective that nobody set cannot fail: what became of the system is told whatever the outcome. */
const adviceAfter = (outcome: Outcome, aftermath: Aftermath | undefined): string[] => {
  if (outcome !== 'pass' && outcome !== 'fail') return []
  const worst = aftermath?.amplified.toSorted((one, other) => other.attemptsPerCall - one.attemptsPerCall)[0]
  switch (aftermath?.state) {
    case 'metastable':
      return [
        `The system ${aftermath.confirmed ? 'is' : 'seems'} metastable: it stays down when the fault has gone. ${
          worst ? `Limit the retries on ${worst.edge} (a retry budget, a breaker)` : 'Find what keeps it down'
        }, shed what waits too long, or drop the load to get it back.`,
      ]
    case 'damaged':
      return [
        'The system did not come back, even with less load: look for what crashed, leaked or stayed cut off.',
      ]
    case 'recovered':
    case 'slow':
    case 'inconclusive':
    case undefined:
      return []
  }
}

const remedyOf = ({name}: ValidityCheck): string => {
  const known = worldRemedies[name]
  if (known !== undefined) return known
  if (name.endsWith('stayed in force'))
    return 'Find out who else changes the proxies, and run it again without them.'
  if (name.endsWith('envelope'))
    return "Check that the proxies' API answers in time: the timeline tells which changes of strength failed."
  if (name.startsWith('fault'))
    return 'Check that traffic crosses the edge or workload that the fault names: shakedown plan shows it.'
  switch (name) {
    case 'record complete':
      return 'Run it again; shakedown restore removes what the run that was cut off left behind.'
    case 'metrics fresh':
      return 'Check the metric source: shakedown doctor.'
    case 'baseline good':
      return 'Mend the system, or lower the load, until the baseline meets the objectives without a fault.'
    case 'load in every phase':
      return 'Use engine: pacer: an open loop goes on sending while the target hangs.'
    case 'generator not the bottleneck':
      return 'Give the load generator more CPU, or use engine: pacer with more threads.'
    default:
      return 'Lower the load, raise max-in-flight, or give the load generator more CPU.'
  }
}

const inconclusive = (objectives: readonly ObjectiveVerdict[], windows: Windows): string[] => {
  const open = objectives.filter(({outcome}) => outcome === 'inconclusive')
  if (open.length === 0) return ['Add objectives to the scenario.']
  const longer = open.flatMap((verdict) => longerPhase(verdict, windows))
  const noData = open.some(({message, kind}) => kind !== 'threshold' && message.startsWith('no data'))
  const coarse = open.flatMap(({name, bounds}) =>
    bounds
      ? [`"${name}" needs a histogram with a bucket bound at its latency, or a latency that is one.`]
      : [],
  )
  return [
    ...longer,
    ...new Set(coarse),
    ...(noData ? ['Check the selectors that found no data against what the services export.'] : []),
  ]
}

/** How long the phase would have to be for the events it lacks, at the rate it had. */
const longerPhase = ({name, phase, needs, counts}: ObjectiveVerdict, windows: Windows): string[] => {
  if (phase === wholeRun) return needs ? [`"${name}" decides with a longer run, or with more load.`] : []
  const window = windows[phase]
  if (!needs || !counts || counts.total === 0 || !window) return []
  const phaseMs = lengthMs(window) * (1 + needs.events / counts.total)
  // Rounded up to whole seconds, with a twentieth to spare: the share will not be exactly the same again.
  const seconds = Math.ceil((phaseMs * 1.05) / 1000)
  return [
    `"${name}" decides with a ${phase} phase of about ${formatDuration(seconds * 1000)}, or with more load.`,
  ]
}
