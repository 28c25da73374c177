import {type AlertEvaluation, parse, rulesBehind, unansweredBy} from '../promql/index.js'
import type {AlertObjective, PhaseName} from '../scenarios/scenario.js'
import {blindnessOf} from './alert-cover.js'
import {matchersOf, newestMs, type Observations, select} from './observations.js'
import {unknownIn} from './sli.js'
import type {ObjectiveVerdict} from './verdict.js'
import type {Window} from './windows.js'
import {elapsed, list, plural} from './words.js'

/**
 * Judges that an alert did not fire in a phase. Its rules are evaluated over the record's samples, from the first on,
 * so that a wait that began before the phase counts. An alert that could not have fired decides nothing.
 */
export const judgeAlert = (
  objective: AlertObjective,
  phase: PhaseName,
  observed: Observations,
): ObjectiveVerdict => {
  const base = {
    name: objective.name,
    kind: 'alert',
    phase,
    unit: 'value',
    target: 0,
    comparator: '==',
    confidence: objective.confidence,
  } as const
  const window = observed.windows[phase]
  if (!window)
    return {...base, outcome: 'inconclusive', message: `no data: the ${phase} phase did not run to its end`}
  return {...base, ...decided(objective.alert, window, observed)}
}

type Decided = Pick<ObjectiveVerdict, 'outcome' | 'message' | 'estimate'>

const decided = (alert: string, window: Window, observed: Observations): Decided => {
  const inconclusive = (message: string): Decided => ({outcome: 'inconclusive', message})
  const evaluation = observed.rules.evaluation({alerts: [alert]})
  const histories = evaluation?.alerts(alert) ?? []
  if (histories.length === 0)
    return inconclusive(`no data: no rule file of the scenario has the alert ${alert}`)
  const seen = histories.map((history) =>
    history.filter(({atMs}) => atMs > window.startMs && atMs <= window.endMs),
  )
  const firing = firstFiring(seen, histories, window)
  const place = list(observed.rules.alerts(alert).map((rule) => rule.place))
  if (firing) return {outcome: 'fail', message: `${alert} ${firing} (${place})`, estimate: mostFiring(seen)}
  if (seen.some((evaluations) => evaluations.length === 0)) {
    return inconclusive(
      `no data: ${alert} was not evaluated in the phase, which is shorter than its interval`,
    )
  }
  const why = lackOf(alert, window, observed) ?? openEnd(alert, seen, window)
  if (why !== undefined) return inconclusive(why)
  const timesMs = [...new Set(seen.flat().map(({atMs}) => atMs))].sort((a, b) => a - b)
  const blind = evaluation && blindnessOf(alert, timesMs, evaluation, window, observed)
  if (blind !== undefined) return inconclusive(blind)
  return {outcome: 'pass', message: silence(alert, seen), estimate: 0}
}

const fires = ({active}: AlertEvaluation): boolean => active.some(({state}) => state === 'firing')

const mostFiring = (seen: readonly AlertEvaluation[][]): number =>
  Math.max(...seen.flat().map(({active}) => active.filter(({state}) => state === 'firing').length))

const labelsText = (labels: Record<string, string>): string => {
  const shown = Object.entries(labels).filter(([name]) => name !== 'alertname')
  return shown.length === 0 ? '' : ` for {${shown.map(([name, value]) => `${name}="${value}"`).join(', ')}}`
}

/** When it first fired, and since when its condition held. */
const firstFiring = (
  seen: readonly AlertEvaluation[][],
  histories: readonly AlertEvaluation[][],
  {startMs}: Window,
): string | undefined => {
  const [first] = seen
    .flat()
    .filter(fires)
    .sort((one, other) => one.atMs - other.atMs)
  const alert = first?.active.find(({state}) => state === 'firing')
  if (!first || !alert) return undefined
  const earlier = histories.flat().some((evaluation) => evaluation.atMs <= startMs && fires(evaluation))
  const heldMs = startMs - alert.activeAtMs
  const since =
    heldMs > 0
      ? `its condition held from ${elapsed(heldMs)} before the phase on`
      : `its condition held from ${elapsed(-heldMs)} into the phase on`
  const whom = labelsText(alert.labels)
  const when =
    earlier && heldMs > 0
      ? `was firing when the phase began${whom}`
      : `fired${whom} ${elapsed(first.atMs - startMs)} into the phase`
  return `${when}; ${since}`
}

/** What would have to be there for the alert to fire, and is not. */
const lackOf = (alert: string, window: Window, observed: Observations): string | undefined => {
  const missing = observed.rules.alerts(alert).flatMap(({expr}) => missingIn(expr, window, observed))
  if (missing.length > 0) {
    return `no data: ${list([...new Set(missing)])} had no series in the phase, and so ${alert} could not fire`
  }
  const failures = observed.rules.evaluation({alerts: [alert]})?.failures(window.startMs, window.endMs) ?? []
  return failures.length > 0 ? `not every evaluation has an answer: ${failures.join('; ')}` : undefined
}

/** Selectors without which an expression answers nothing; of recorded series, those of their own rules. */
const missingIn = (expr: string, window: Window, observed: Observations): string[] => {
  const behind: string[] = []
  const missing = unansweredBy(parse(expr), ({text, matchers}) => {
    if (isKnown(text, window, observed)) return true
    const recording = rulesBehind(matchers, observed.rules.groups).filter(({kind}) => kind === 'record')
    const lacks = recording.map((rule) => missingIn(rule.expr, window, observed))
    behind.push(...lacks.flat())
    return lacks.some((lack) => lack.length === 0)
  })
  return behind.length > 0 && missing.length > 0 ? behind : missing
}

/** Series that it matches had samples in the phase; or none does yet, as of errors that never happened. */
const isKnown = (selector: string, {startMs, endMs}: Window, observed: Observations): boolean => {
  const matchers = matchersOf(selector)
  const matched = select(observed, matchers)
  const family = select(
    observed,
    matchers.filter(({label}) => label === '__name__' || label === 'job'),
  )
  const reachMs = 3 * observed.intervalMs
  const isAlive = (newestMs(matched.length > 0 ? matched : family, endMs) ?? 0) > startMs - reachMs
  return isAlive && (matched.length > 0 || unknownIn(selector, observed) === undefined)
}

/** Pending at the end: whether it would have fired is not known. */
const openEnd = (alert: string, seen: readonly AlertEvaluation[][], {endMs}: Window): string | undefined => {
  const pending = seen.flatMap((evaluations) => evaluations.at(-1)?.active ?? [])
  const [longest] = pending.sort((one, other) => one.activeAtMs - other.activeAtMs)
  if (!longest) return undefined
  const held = elapsed(endMs - longest.activeAtMs)
  return `${alert} was pending${labelsText(longest.labels)} when the phase ended, its condition held for ${held}: a longer phase would tell`
}

const silence = (alert: string, seen: readonly AlertEvaluation[][]): string => {
  const all = seen.flat()
  const pending = all.filter(({active}) => active.length > 0).length
  const course = pending === 0 ? 'its condition never held' : `pending in ${pending} of them`
  return `${alert} did not fire: ${plural(all.length, 'evaluation')}, ${course}`
}
