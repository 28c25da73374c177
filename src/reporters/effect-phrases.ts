import type {EdgeEffect, Effects, FaultEffect} from '../verdict/effects/effect.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {elapsed, number, percent} from '../verdict/words.js'
import type {Report} from './reporter.js'

/** An edge is told when its failures or its attempts in a phase differ from the baseline by this much. */
const notableShare = 0.01
const notableAttempts = 0.1
const mostEdges = 8

/** When each fault was felt by the callers, and when its going was. */
export const faultEffects = ({summary, record}: Report): string[] =>
  summary.effects.faults.map((effect) => {
    const name = record.header.plan.faults.find(({id}) => id === effect.fault)?.fault ?? ''
    return `${effect.fault} ${name}: ${courseInWords(effect)}`
  })

const courseInWords = ({feltMs, overMs, lasting}: FaultEffect): string => {
  const felt =
    feltMs === undefined ? 'not felt by the callers' : `felt by the callers within ${elapsed(feltMs)}`
  if (overMs === undefined) return felt
  if (lasting) return `${felt}; still felt at the end of the record, ${elapsed(overMs)} after its undoing`
  if (overMs > 0) return `${felt}; over within ${elapsed(overMs)} of its undoing`
  return feltMs === undefined ? felt : `${felt}; over when it was undone`
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
 * How fast an objective's error budget burnt in a phase: the bad share over the share that is allowed. At 1 it lasts
 * just as long as it is for (Google, The Site Reliability Workbook, chapter 5).
 */
const burnRateOf = ({kind, unit, estimate, target}: ObjectiveVerdict): number | undefined =>
  kind === 'threshold' || unit !== 'ratio' || estimate === undefined || target >= 1
    ? undefined
    : (1 - estimate) / (1 - target)

/** `"checkout" (fault) burnt its error budget 3.2 times as fast as it may` for those beyond 1. */
export const budgetEffects = (objectives: readonly ObjectiveVerdict[]): string[] =>
  objectives.flatMap((one) => {
    const rate = burnRateOf(one)
    return rate === undefined || rate < 1
      ? []
      : [
          `"${one.name}" (${one.phase}) burnt its error budget ${number(Number(rate.toPrecision(2)))} times as fast as it may`,
        ]
  })
