import {formatDuration} from '../scenarios/quantities.js'
import {burnOutlook} from '../verdict/effects/burn.js'
import type {Aftermath, EdgeEffect, Effects, FaultEffect} from '../verdict/effects/effect.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {elapsed, list, number, percent, plural} from '../verdict/words.js'
import type {Report} from './reporter.js'

/** An edge is told when its failures or its attempts in a phase differ from the baseline by this much. */
const notableShare = 0.01
const notableAttempts = 0.1
const mostEdges = 8
/** A peak after healing is told from so many times the baseline's. */
const notablePeak = 1.5

/** When each fault was felt by the callers, when its going was, where the errors came from, and what became of it. */
export const faultEffects = ({summary: {effects}, record}: Report): string[] => [
  ...effects.faults.map((effect) => {
    const name = record.header.plan.faults.find(({id}) => id === effect.fault)?.fault ?? ''
    return `${effect.fault} ${name}: ${courseInWords(effect)}`
  }),
  ...originInWords(effects),
  ...overshootInWords(effects),
  ...aftermathInWords(effects),
]

const courseInWords = ({feltMs, mitigatedMs, overMs, lasting}: FaultEffect): string => {
  const noticed =
    feltMs === undefined ? 'not felt by the callers' : `felt by the callers within ${elapsed(feltMs)}`
  const felt =
    mitigatedMs === undefined
      ? noticed
      : `${noticed}, dealt with ${elapsed(mitigatedMs)} after its injection, while it was in force`
  if (overMs === undefined) return felt
  if (lasting) return `${felt}; still felt at the end of the record, ${elapsed(overMs)} after its undoing`
  if (overMs > 0) return `${felt}; over within ${elapsed(overMs)} of its undoing`
  return feltMs === undefined ? felt : `${felt}; over when it was undone`
}

/** `errors began on order->payment within 1s of the injection, and were then seen on gateway->order and edge->gateway` */
const originInWords = ({failing}: Effects): string[] => {
  const origins = failing.filter(({origin}) => origin)
  if (origins.length === 0) return []
  const others = failing.filter(({origin}) => !origin).map(({edge}) => edge)
  const firstMs = Math.min(...origins.map(({afterMs}) => afterMs))
  const began = `errors began on ${list(origins.map(({edge}) => edge))} within ${elapsed(firstMs)} of the injection`
  return [others.length > 0 ? `${began}, and were seen on ${list(others)} too` : began]
}

const overshootInWords = ({overshoot: {latency, attempts} = {}}: Effects): string[] => {
  const told = [
    ...(latency && latency.peakMs > notablePeak * latency.baselineMs
      ? [
          `a p99 of ${elapsed(latency.peakMs)} in the worst second (${elapsed(latency.baselineMs)} in the baseline)`,
        ]
      : []),
    ...(attempts && attempts.peakPerSecond > notablePeak * attempts.baselinePerSecond
      ? [
          `${number(Math.round(attempts.peakPerSecond))} attempts a second on ${attempts.edge} (${number(Math.round(attempts.baselinePerSecond))} in the baseline)`,
        ]
      : []),
  ]
  return told.length > 0 ? [`peaks after the last undoing: ${list(told)}`] : []
}

/** A system that was well as soon as the fault was gone has its line already. */
const aftermathInWords = ({aftermath}: Effects): string[] =>
  aftermath === undefined || (aftermath.state === 'recovered' && !aftermath.recoveredMs)
    ? []
    : [toldOf(aftermath)]

const toldOf = ({state, message}: Aftermath): string => {
  switch (state) {
    case 'recovered':
    case 'slow':
      return `the system ${message}`
    case 'metastable':
    case 'damaged':
      return `the system is ${message}`
    case 'inconclusive':
      return `whether the system recovered is not known: ${message}`
  }
}

interface EdgeRow {
  edge: string
  /** Baseline, fault, recovery; `–` where there was no call. */
  attempts: string
  failed: string
}

const phases = ['baseline', 'fault', 'recovery'] as const

const inPhases = (own: readonly EdgeEffect[], text: (effect: EdgeEffect) => string): string =>
  phases
    .map((phase) => {
      const effect = own.find((one) => one.phase === phase)
      return effect ? text(effect) : '–'
    })
    .join(' → ')

/** How far an edge went from its baseline: the larger of its two changes, each in units of what is notable. */
const changeOf = (own: readonly EdgeEffect[]): number => {
  const before = own.find(({phase}) => phase === 'baseline')
  const changes = own
    .filter(({phase}) => phase !== 'baseline')
    .map(({failedShare, attemptsPerCall, calls}) =>
      Math.max(
        Math.abs(failedShare - (before?.failedShare ?? 0)) / notableShare,
        before && calls > 0 ? Math.abs(attemptsPerCall - before.attemptsPerCall) / notableAttempts : 0,
      ),
    )
  return Math.max(0, ...changes)
}

/** The edges that changed, most changed first. */
export const edgeEffects = ({edges}: Effects): EdgeRow[] =>
  [...new Set(edges.map(({edge}) => edge))]
    .map((edge) => edges.filter((effect) => effect.edge === edge))
    .map((own) => ({own, change: changeOf(own)}))
    .filter(({change}) => change >= 1)
    .sort((one, other) => other.change - one.change)
    .slice(0, mostEdges)
    .map(({own}) => ({
      edge: own[0]?.edge ?? '',
      attempts: inPhases(own, ({attemptsPerCall}) => number(Number(attemptsPerCall.toFixed(2)))),
      failed: inPhases(own, ({failedShare}) => percent(failedShare)),
    }))

/**
 * `"checkout" (fault) burnt its error budget 30 times as fast as it may: one of 30 days lasts 1d at this rate, and the
 * alert 14.4× over 1h and 5m would fire after 28m48s` for those beyond 1.
 */
export const budgetEffects = (objectives: readonly ObjectiveVerdict[]): string[] =>
  objectives.flatMap(({name, phase, budget}) => {
    if (budget === undefined || budget.burnRate < 1) return []
    const {goneAfterMs = 0, alerts} = burnOutlook(budget.burnRate)
    const rate = number(Number(budget.burnRate.toPrecision(2)))
    const alert = alerts[0]
      ? `, and the alert ${alerts[0].rule} would fire after ${roughly(alerts[0].afterMs)}`
      : ''
    return [
      `"${name}" (${phase}) burnt its error budget ${rate} times as fast as it may: at this rate 30 days of it last ${roughly(goneAfterMs)}${alert}`,
    ]
  })

const dayMs = 86_400_000

/** Nobody needs the seconds of a month. */
const roughly = (ms: number): string => {
  if (ms >= 3 * dayMs) return plural(Math.round(ms / dayMs), 'day')
  const unit = ms >= dayMs / 24 ? 60_000 : 1000
  return formatDuration(Math.max(unit, Math.round(ms / unit) * unit))
}
