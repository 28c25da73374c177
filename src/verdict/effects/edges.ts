import {phaseNames} from '../../scenarios/scenario.js'
import {increaseOfAll} from '../counting.js'
import {matchersOf, type Observations, select} from '../observations.js'
import type {EdgeEffect} from './effect.js'

/** Calls as the caller's code makes them, and attempts on the wire: what the reference's services export. */
const callsMetric = 'client_calls_total'
const attemptsMetric = 'client_attempts_total'

/** Attempts, calls and failures on every edge that the metrics name, phase by phase. */
export const edgeEffectsOf = (observed: Observations): EdgeEffect[] => {
  const series = select(observed, matchersOf(`${attemptsMetric}{from!="", to!=""}`))
  const edges = [...new Set(series.map(({labels}) => `${labels['from']}->${labels['to']}`))].sort()
  return edges.flatMap((edge) => phaseNames.flatMap((phase) => effectOn(edge, phase, observed) ?? []))
}

const effectOn = (
  edge: string,
  phase: EdgeEffect['phase'],
  observed: Observations,
): EdgeEffect | undefined => {
  const window = observed.windows[phase]
  if (!window) return undefined
  const [from = '', to = ''] = edge.split('->')
  const own = (metric: string) =>
    select(observed, matchersOf(`${metric}{from=${JSON.stringify(from)}, to=${JSON.stringify(to)}}`))
  const calls = increaseOfAll(own(callsMetric), window) ?? 0
  const failed: Record<string, number> = {}
  let attempts = 0
  for (const counter of own(attemptsMetric)) {
    const grown = increaseOfAll([counter], window) ?? 0
    const result = counter.labels['result'] ?? 'unknown'
    attempts += grown
    if (result !== 'ok' && grown > 0) failed[result] = (failed[result] ?? 0) + grown
  }
  if (calls === 0 && attempts === 0) return undefined
  const lost = Object.values(failed).reduce((sum, n) => sum + n, 0)
  return {
    edge,
    phase,
    calls,
    attempts,
    attemptsPerCall: calls === 0 ? 0 : attempts / calls,
    failed,
    failedShare: attempts === 0 ? 0 : lost / attempts,
  }
}
