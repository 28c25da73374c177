import type {RunRecord} from '../../run/record.js'
import {observationsOf} from '../observations.js'
import {judgeShare} from '../share.js'
import type {ObjectiveVerdict, Verdict} from '../verdict.js'
import {list} from '../words.js'
import {type Cell, type Finding, type Proof, type ProofRun, proofVersion} from './proof.js'

/** A run that was judged. */
export interface JudgedRun {
  record: RunRecord
  verdict: Verdict
  recordPath: string
}

/** Whether the protected run settles it: what fails with its protection on needs no run without it. */
export const needsCounterfactual = ({verdict}: JudgedRun): boolean => verdict.outcome === 'pass'

/** What the runs show; the second is there unless the first settled it. */
export const proofOf = (shielded: JudgedRun, bare: JudgedRun | undefined): Proof => {
  const {scenario} = shielded.record.header.plan
  const {finding, summary, advice} = conclude(shielded, bare)
  return {
    proofVersion,
    scenario: scenario.name,
    proves: scenario.proves,
    finding,
    summary,
    advice,
    cells: [...cellsOf(shielded, 'on'), ...(bare ? cellsOf(bare, 'off') : notRun)],
    runs: [runOf(shielded, 'on'), ...(bare ? [runOf(bare, 'off')] : [])],
  }
}

const notRun: Cell[] = (['off', 'on'] as const).map((fault) => ({
  fault,
  protection: 'off',
  outcome: 'not run',
  missed: [],
}))

interface Conclusion {
  finding: Finding
  summary: string
  advice: string[]
}

const conclude = (shielded: JudgedRun, bare: JudgedRun | undefined): Conclusion => {
  const {verdict} = shielded
  if (verdict.outcome === 'fail') {
    const which = named(missedIn(verdict.objectives))
    return {
      finding: 'disproven',
      summary: `with its protection on, ${which ? `${which} was missed` : verdict.summary}`,
      advice: ['Mend the protection, or ask for what it can give.'],
    }
  }
  if (verdict.outcome !== 'pass') return undecided('with its protection on', verdict)
  if (!bare) return undecided('without its protection', undefined)
  return withoutProtection(bare)
}

const withoutProtection = ({record, verdict}: JudgedRun): Conclusion => {
  const mustFail = record.header.plan.scenario.counterfactual?.mustFail ?? []
  // What nobody measured may be a fail to the scenario; it does not show that the protection was needed.
  const missed = missedIn(verdict.objectives.filter(({noData}) => !noData))
  if (verdict.outcome === 'pass') {
    return vacuous('it passes without its protection, too: it shows nothing about it')
  }
  if (verdict.outcome !== 'fail') return undecided('without its protection', verdict)
  const kept = mustFail.filter((name) => !missed.includes(name))
  if (kept.length === 0) {
    return {
      finding: 'proven',
      summary: `the objectives hold under the fault, and without the protection ${named(mustFail)} ${mustFail.length === 1 ? 'is' : 'are'} missed`,
      advice: [],
    }
  }
  const open = verdict.objectives.filter(
    ({name, outcome, noData}) => kept.includes(name) && (noData || outcome === 'inconclusive'),
  )
  if (open.length > 0) return undecided('without its protection', verdict)
  return vacuous(`without its protection it fails, but ${named(kept)}, which had to be missed, held`)
}

const vacuous = (summary: string): Conclusion => ({
  finding: 'vacuous',
  summary,
  advice: ['Make the fault stronger or longer, or the objectives stricter, until the protection is needed.'],
})

const undecided = (when: string, verdict: Verdict | undefined): Conclusion => ({
  finding: 'undecided',
  summary: verdict ? `${when}, the run is ${verdict.outcome}: ${verdict.summary}` : `${when}, it was not run`,
  advice: verdict?.advice ?? [],
})

const missedIn = (verdicts: readonly ObjectiveVerdict[]): string[] => [
  ...new Set(verdicts.filter(({outcome}) => outcome === 'fail').map(({name}) => name)),
]

const named = (names: readonly string[]): string => list(names.map((name) => `"${name}"`))

const runOf = ({record, verdict, recordPath}: JudgedRun, protection: ProofRun['protection']): ProofRun => ({
  protection,
  outcome: verdict.outcome,
  summary: verdict.summary,
  runId: record.header.runId,
  record: recordPath,
  seed: record.header.seed,
})

/** Its baseline is the run without the fault; what the whole run says is the run with it. */
const cellsOf = ({record, verdict}: JudgedRun, protection: Cell['protection']): Cell[] => {
  const observed = observationsOf(record)
  const baseline = record.header.plan.scenario.objectives.flatMap((objective) =>
    objective.kind === 'ratio' || objective.kind === 'latency'
      ? [judgeShare(objective, 'baseline', observed)]
      : [],
  )
  return [
    {fault: 'off', protection, ...outcomeOf(baseline)},
    {fault: 'on', protection, ...faultOutcome(verdict)},
  ]
}

const outcomeOf = (verdicts: readonly ObjectiveVerdict[]): Pick<Cell, 'outcome' | 'missed'> => {
  const missed = missedIn(verdicts)
  if (missed.length > 0) return {outcome: 'missed', missed}
  const held = verdicts.length > 0 && verdicts.every(({outcome}) => outcome === 'pass')
  return {outcome: held ? 'held' : 'undecided', missed}
}

const faultOutcome = (verdict: Verdict): Pick<Cell, 'outcome' | 'missed'> => {
  if (verdict.outcome === 'pass') return {outcome: 'held', missed: []}
  if (verdict.outcome === 'fail') return {outcome: 'missed', missed: missedIn(verdict.objectives)}
  return {outcome: 'undecided', missed: []}
}
