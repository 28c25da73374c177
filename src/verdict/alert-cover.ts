import {
  divisorsOf,
  evaluateInstant,
  PromqlError,
  type RuleEvaluation,
  rulesBehind,
  selectorsOf,
} from '../promql/index.js'
import {longestGapMs, seenTimes} from './coverage.js'
import {type Observations, select} from './observations.js'
import {staleAfterIntervals} from './share.js'
import type {Window} from './windows.js'
import {elapsed} from './words.js'

/** The alert's own expressions, and those of the recording rules that they are made of. */
const expressionsOf = (alert: string, {rules}: Observations): string[] => {
  const found = new Set<string>()
  const add = (expr: string): void => {
    if (found.has(expr)) return
    found.add(expr)
    for (const {matchers} of selectorsOf(expr))
      for (const rule of rulesBehind(matchers, rules.groups)) if (rule.kind === 'record') add(rule.expr)
  }
  for (const {expr} of rules.alerts(alert)) add(expr)
  return [...found]
}

/** Why the samples behind an expression do not cover the window; asked of the whole metric, as in `coverageLack`. */
const sampleLack = (expression: string, window: Window, observed: Observations): string | undefined => {
  const limitMs = staleAfterIntervals * observed.intervalMs
  for (const {text, matchers} of selectorsOf(expression)) {
    const family = select(
      observed,
      matchers.filter(({label}) => label === '__name__' || label === 'job'),
    )
    if (family.length === 0) continue
    const ofJob = matchers.filter(({label}) => label === 'job')
    const targets = select(observed, [{label: '__name__', op: '=', value: 'up'}, ...ofJob])
    const reach = {fromMs: window.startMs, toMs: window.endMs}
    const gapMs = longestGapMs(seenTimes(family, targets), reach)
    if (gapMs > limitMs)
      return `stale data: ${text} has no sample for ${elapsed(gapMs)} of the phase; the limit is ${elapsed(limitMs)}`
    const unfit = select(observed, matchers).some(({t, v}) =>
      v.some((value, at) => {
        const tMs = t[at] ?? 0
        return value !== null && !Number.isFinite(value) && tMs > reach.fromMs && tMs <= reach.toMs
      }),
    )
    if (unfit) return `no data: ${text} has samples that are no numbers, and nothing compares with those`
  }
  return undefined
}

/** Whether a divisor is a number other than zero at that time, for any series of it. */
const isThere = (divisor: string, atMs: number, {storage, lookbackMs}: RuleEvaluation): boolean => {
  try {
    const {value} = evaluateInstant(divisor, storage, atMs, {lookbackMs})
    const values =
      value.type === 'vector'
        ? value.samples.map((one) => one.value)
        : value.type === 'scalar'
          ? [value.value]
          : []
    return values.some((one) => Number.isFinite(one) && one !== 0)
  } catch (thrown) {
    // What fails here failed as part of the rule, and is told with it.
    if (thrown instanceof PromqlError) return true
    throw thrown
  }
}

/** A share of nothing is above no limit: when was there nothing for longer than samples may be missing? */
const divisorLack = (
  expression: string,
  timesMs: readonly number[],
  evaluation: RuleEvaluation,
  {startMs, endMs}: Window,
  {intervalMs}: Observations,
): string | undefined => {
  const stepMs = Math.max(0, (timesMs[1] ?? 0) - (timesMs[0] ?? 0))
  const limitMs = Math.max(staleAfterIntervals * intervalMs, 2 * stepMs)
  for (const divisor of divisorsOf(expression)) {
    if (selectorsOf(divisor).length === 0) continue
    const there = timesMs.filter((atMs) => isThere(divisor, atMs, evaluation))
    const gapMs =
      there.length === 0 ? endMs - startMs : longestGapMs([startMs, ...there], {fromMs: startMs, toMs: endMs})
    if (gapMs > limitMs)
      return `no data: ${divisor} was nothing for ${elapsed(gapMs)} of the phase, and a share of nothing is above no limit`
  }
  return undefined
}

/** Why an alert that stayed silent in a window may only have been blind; nothing when it was not. */
export const blindnessOf = (
  alert: string,
  timesMs: readonly number[],
  evaluation: RuleEvaluation,
  window: Window,
  observed: Observations,
): string | undefined => {
  for (const expression of expressionsOf(alert, observed)) {
    const lack =
      sampleLack(expression, window, observed) ??
      divisorLack(expression, timesMs, evaluation, window, observed)
    if (lack !== undefined) return `${lack}: ${alert} could not fire then`
  }
  return undefined
}
