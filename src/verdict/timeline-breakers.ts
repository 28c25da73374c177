import type {RunRecord} from '../run/record.js'
import {plural} from './words.js'

/** So many turns of a breaker are told one by one; one that flaps turns hundreds of times. */
const mostTurns = 4

/** A breaker's turn, in words. */
interface BreakerMoment {
  /** From the first request. */
  offsetMs: number
  kind: 'note'
  text: string
}

interface Turn {
  atMs: number
  isOpen: boolean
}

/** When the breaker of an edge opened in any of its callers' replicas, and when it was closed in all of them. */
const turnsOf = (all: readonly {t: readonly number[]; v: readonly (number | null)[]}[]): Turn[] => {
  const changes = all
    .flatMap(({t, v}, of) => t.map((atMs, at) => ({atMs, of, value: v[at] ?? 0})))
    .sort((one, other) => one.atMs - other.atMs)
  const values = new Map<number, number>()
  const turns: Turn[] = []
  for (const {atMs, of, value} of changes) {
    values.set(of, value)
    // Half-open is on its way, in either direction: only what was open can be closed.
    const isOpen = [...values.values()].some((one) => one >= 2)
    const isClosed = [...values.values()].every((one) => one === 0)
    const wasOpen = turns.at(-1)?.isOpen ?? false
    if (isOpen && !wasOpen) turns.push({atMs, isOpen: true})
    if (isClosed && wasOpen) turns.push({atMs, isOpen: false})
  }
  return turns
}

/**
 * Circuit breakers as moments, where the system measures them: `circuit_state{from,to}`, 0 closed, 1 half-open, 2 open.
 * Times are those of the samples.
 */
export const breakerMoments = ({series}: Pick<RunRecord, 'series'>, startedMs: number): BreakerMoment[] => {
  const byEdge = new Map<string, RunRecord['series']>()
  for (const one of series) {
    if (one.labels['__name__'] !== 'circuit_state') continue
    const edge = `${one.labels['from'] ?? '?'}->${one.labels['to'] ?? '?'}`
    byEdge.set(edge, [...(byEdge.get(edge) ?? []), one])
  }
  return [...byEdge].flatMap(([edge, all]) => {
    const turns = turnsOf(all)
    const rest = turns.length - mostTurns
    return turns.slice(0, mostTurns).map(({atMs, isOpen}, index): BreakerMoment => {
      const more = index === mostTurns - 1 && rest > 0 ? `, and turned ${plural(rest, 'time')} more` : ''
      const text = `breaker ${edge} ${isOpen ? 'opened' : 'closed again'}${more}`
      return {offsetMs: atMs - startedMs, kind: 'note', text}
    })
  })
}
